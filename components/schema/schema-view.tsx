"use client";

import { useQuery } from "@tanstack/react-query";
import { ColumnTable } from "@/components/schema/column-table";
import { DependentList } from "@/components/schema/dependent-list";
import { DifferenceSwitch, useOnlyDifferences } from "@/components/schema/difference-switch";
import { ObjectTable } from "@/components/schema/object-table";
import { SchemaContents } from "@/components/schema/schema-contents";
import { TierDiagram } from "@/components/schema/tier-diagram";
import { useKnownStatus } from "@/components/shell/known-status";
import { Empty } from "@/components/ui/empty";
import { FollowRun } from "@/components/ui/follow-run";
import { RefusedPage } from "@/components/ui/refused-page";
import { Term } from "@/components/ui/term";
import { TermedText } from "@/components/ui/termed-text";
import { useKeptAnswer } from "@/components/ui/use-kept-answer";
import { answeredValue, schemaOptions } from "@/lib/client/query-options";
import { duringRun, summariseReport } from "@/lib/client/schema-report";
import { inOrder, isDifferent, statesOf } from "@/lib/client/schema-summary";
import type { Answer, SchemaReport } from "@/lib/contract";

/** How often it is read again while something changes it, and otherwise, in milliseconds. */
const BUSY_INTERVAL_MS = 2_000;
const IDLE_INTERVAL_MS = 15_000;

/** What v16 declares, and what the catalog has. */
export function SchemaView() {
  const { status } = useKnownStatus();
  const activeRun = status?.activeRun ?? null;
  const { answer } = useKeptAnswer(
    useQuery({
      ...schemaOptions,
      refetchInterval: ({ state }) =>
        activeRun !== null || isBuilding(state.data) ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS,
    }),
  );
  const [onlyDifferences, setOnlyDifferences] = useOnlyDifferences();
  if (answer === undefined) return null;
  if (!answer.ok) return <RefusedPage refusal={answer.refusal} />;
  const report = duringRun(answer.value, activeRun);
  const objects = [
    ...report.tables.flatMap(({ columns }) => columns),
    ...report.indexes,
    ...report.constraints,
    ...report.functions,
  ];
  const inTheWay = (status?.findings ?? [])
    .filter(({ kind, severity }) => kind === "dependent-object" && severity === "error")
    .map(({ object }) => object);
  const tables = inOrder(report.tables).filter((table) => !onlyDifferences || statesOf(table).some(isDifferent));
  return (
    <>
      <div className="sch-head">
        <div>
          <h1>Schema</h1>
          <p className="lead">
            What v16 <Term id="declared">declares</Term>, and what the <Term id="catalog" /> has.{" "}
            {summariseReport(report, activeRun)}
          </p>
        </div>
        <div className="end">
          <DifferenceSwitch isOn={onlyDifferences} onChange={setOnlyDifferences} />
          {activeRun === null ? null : (
            <div className="sticky-cta">
              <FollowRun run={activeRun} className="btn primary" />
            </div>
          )}
        </div>
      </div>
      <TierDiagram report={report} />
      <div className="sch">
        <SchemaContents report={report} onlyDifferences={onlyDifferences} inTheWay={inTheWay} />
        <div>
          {onlyDifferences && !objects.some(({ state }) => isDifferent(state)) ? (
            <Empty>No difference: what is declared is there as declared, and nothing besides.</Empty>
          ) : null}
          {tables.map((table) => (
            <ColumnTable key={table.name} table={table} onlyDifferences={onlyDifferences} />
          ))}
          <ObjectTable
            id="indexes"
            title="Indexes"
            note="An index is planned only after its column"
            noun="Index"
            rightWord="valid"
            onlyDifferences={onlyDifferences}
            rows={report.indexes}
          />
          <ObjectTable
            id="constraints"
            title="Constraints"
            note={
              <>
                A foreign key that is <Term id="not-valid">not validated</Term> is never shown as complete
              </>
            }
            noun="Constraint"
            rightWord="valid"
            onlyDifferences={onlyDifferences}
            rows={report.constraints}
          />
          <ObjectTable
            id="functions"
            title="Functions"
            note={
              <TermedText
                text="The generated columns call them; part of v16, dropped by a reset"
                terms={["generated-column", "reset"]}
              />
            }
            noun="Function"
            isFolded
            onlyDifferences={onlyDifferences}
            rows={report.functions.map((row) => ({ ...row, table: "", declared: "immutable, SQL", live: null }))}
          />
          <DependentList dependents={report.dependents} inTheWay={inTheWay} />
        </div>
      </div>
    </>
  );
}

const isBuilding = (answered: Answer<SchemaReport> | undefined) =>
  answeredValue(answered)?.indexes.some(({ build }) => build !== undefined) === true;
