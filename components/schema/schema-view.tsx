"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { ColumnTable } from "@/components/schema/column-table";
import { DependentList } from "@/components/schema/dependent-list";
import { ObjectTable } from "@/components/schema/object-table";
import { SchemaContents } from "@/components/schema/schema-contents";
import { TierDiagram } from "@/components/schema/tier-diagram";
import { Dot } from "@/components/ui/dot";
import { RefusedPage } from "@/components/ui/refused-page";
import { formatCounted } from "@/lib/client/format";
import { answeredValue, schemaOptions, statusOptions } from "@/lib/client/query-options";
import { inOrder, isWrong } from "@/lib/client/schema-summary";

/** What v16 declares, and what the catalog has. */
export function SchemaView() {
  const { data } = useQuery(schemaOptions);
  const activeRun = answeredValue(useQuery(statusOptions).data)?.activeRun ?? null;
  if (data === undefined) return null;
  if (!data.ok) return <RefusedPage refusal={data.refusal} />;
  const report = data.value;
  const objects = [
    ...report.tables.flatMap(({ columns }) => columns),
    ...report.indexes,
    ...report.constraints,
    ...report.functions,
  ];
  const wrong = objects.filter(({ state }) => isWrong(state)).length;
  const planned = objects.filter(({ state }) => state === "planned").length;
  return (
    <>
      <div className="sch-head">
        <div>
          <h1>Schema</h1>
          <p className="lead">What v16 declares, and what the catalog has. {summary(wrong, planned)}</p>
        </div>
        {activeRun === null ? null : (
          <Link className="btn primary" href={`/runs/${activeRun.id}`}>
            <Dot /> Follow run {activeRun.id}
          </Link>
        )}
      </div>
      <TierDiagram report={report} />
      <div className="sch">
        <SchemaContents report={report} />
        <div>
          {inOrder(report.tables).map((table) => (
            <ColumnTable key={table.name} table={table} />
          ))}
          <ObjectTable
            id="indexes"
            title="Indexes"
            note="An index is planned only after its column"
            noun="Index"
            rows={report.indexes}
          />
          <ObjectTable
            id="constraints"
            title="Constraints"
            note="A foreign key that is not validated is never shown as complete"
            noun="Constraint"
            rows={report.constraints}
          />
          <ObjectTable
            id="functions"
            title="Functions"
            note="The generated columns call them; part of v16, dropped by a reset"
            noun="Function"
            isFolded
            rows={report.functions.map((row) => ({ ...row, table: "", declared: "immutable, SQL", live: null }))}
          />
          <DependentList dependents={report.dependents} />
        </div>
      </div>
    </>
  );
}

function summary(wrong: number, planned: number): string {
  if (wrong > 0) return `${formatCounted(wrong, "object")} differ${wrong === 1 ? "s" : ""}.`;
  if (planned > 0) return `${formatCounted(planned, "object")} will be added by a run; nothing is wrong.`;
  return "They agree.";
}
