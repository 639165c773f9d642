"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { ColumnTable } from "@/components/schema/column-table";
import { DependentList } from "@/components/schema/dependent-list";
import { DifferenceSwitch, useOnlyDifferences } from "@/components/schema/difference-switch";
import { ObjectTable } from "@/components/schema/object-table";
import { SchemaContents } from "@/components/schema/schema-contents";
import { TierDiagram } from "@/components/schema/tier-diagram";
import { useKnownStatus } from "@/components/shell/known-status";
import { Dot } from "@/components/ui/dot";
import { Empty } from "@/components/ui/empty";
import { RefusedPage } from "@/components/ui/refused-page";
import { Term } from "@/components/ui/term";
import { TermedText } from "@/components/ui/termed-text";
import { useKeptAnswer } from "@/components/ui/use-kept-answer";
import { formatCounted } from "@/lib/client/format";
import { answeredValue, schemaOptions } from "@/lib/client/query-options";
import { inOrder, isDifferent, isWrong, statesOf } from "@/lib/client/schema-summary";
import type { Answer, SchemaReport } from "@/lib/contract";

/** How often it is read again while something changes it, and otherwise, in milliseconds. */
const BUSY_INTERVAL_MS = 2_000;
const IDLE_INTERVAL_MS = 15_000;

/** What v16 declares, and what the catalog has. */
export function SchemaView() {
  const activeRun = useKnownStatus().status?.activeRun ?? null;
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
  const report = answer.value;
  const objects = [
    ...report.tables.flatMap(({ columns }) => columns),
    ...report.indexes,
    ...report.constraints,
    ...report.functions,
  ];
  const wrong = objects.filter(({ state }) => isWrong(state)).length;
  const planned = objects.filter(({ state }) => state === "planned").length;
  const tables = inOrder(report.tables).filter((table) => !onlyDifferences || statesOf(table).some(isDifferent));
  return (
    <>
      <div className="sch-head">
        <div>
          <h1>Schema</h1>
          <p className="lead">
            What v16 <Term id="declared">declares</Term>, and what the <Term id="catalog" /> has.{" "}
            {summary(wrong, planned)}
          </p>
        </div>
        <div className="end">
          <DifferenceSwitch isOn={onlyDifferences} onChange={setOnlyDifferences} />
          {activeRun === null ? null : (
            <Link className="btn primary" href={`/runs/${activeRun.id}`}>
              <Dot /> Follow run {activeRun.id}
            </Link>
          )}
        </div>
      </div>
      <TierDiagram report={report} />
      <div className="sch">
        <SchemaContents report={report} onlyDifferences={onlyDifferences} />
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
          <DependentList dependents={report.dependents} />
        </div>
      </div>
    </>
  );
}

const isBuilding = (answered: Answer<SchemaReport> | undefined) =>
  answeredValue(answered)?.indexes.some(({ build }) => build !== undefined) === true;

function summary(wrong: number, planned: number): string {
  if (wrong > 0) return `${formatCounted(wrong, "object")} differ${wrong === 1 ? "s" : ""}.`;
  if (planned > 0) return `${formatCounted(planned, "object")} will be added by a run; nothing is wrong.`;
  return "They agree.";
}
