"use client";

import { ChevronRight, SquareFunction } from "lucide-react";
import { useState } from "react";
import { ObjectIcon, ObjectStateText } from "@/components/schema/object-state";
import { formatCounted } from "@/lib/client/format";
import { shortType, statesOf, summarise } from "@/lib/client/schema-summary";
import type { SchemaReport } from "@/lib/contract";

type Table = SchemaReport["tables"][number];
type Column = Table["columns"][number];

/** Columns of one table, declared and live; what v15 had and what was not asked about is folded away. */
export function ColumnTable({ table }: { table: Table }) {
  const [isOpen, setOpen] = useState(false);
  // A missing table is one finding: its columns are there to look up, not to scroll past.
  const loud = table.columns.filter(
    ({ state }) => table.exists && state !== "v15" && (table.tier === 3 || state !== "as-declared"),
  );
  const folded = table.columns.filter((column) => !loud.includes(column));
  const { state, text } = table.exists
    ? summarise(statesOf(table))
    : { state: "planned" as const, text: "will be created" };
  const id = `table-${table.name}`;
  return (
    <section className="tbl" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>
          <code>{table.name}</code>
        </h2>
        <p>
          {table.tier === null ? "" : `tier ${table.tier}, `}
          {formatCounted(table.columns.length, "column")}
        </p>
        <div className="end">
          <ObjectStateText state={state} text={text} />
        </div>
      </div>
      <table className="table cols">
        <thead className={loud.length === 0 && !isOpen ? "sr" : ""}>
          <tr>
            <th className="st">
              <span className="sr">State</span>
            </th>
            <th>Column</th>
            <th>Declared</th>
            <th>Live</th>
            <th>Remedy</th>
          </tr>
        </thead>
        <tbody>
          {loud.map((column) => (
            <Row key={column.name} column={column} />
          ))}
          {folded.length === 0 ? null : (
            <tr className="fold">
              <td className="st" />
              <td colSpan={4}>
                <button type="button" className="btn quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
                  <ChevronRight className={`i i-s ${isOpen ? "rotate-90" : ""}`} aria-hidden="true" />{" "}
                  {foldText(folded, loud.length > 0)}
                </button>
              </td>
            </tr>
          )}
          {isOpen ? folded.map((column) => <Row key={column.name} column={column} />) : null}
        </tbody>
      </table>
    </section>
  );
}

function foldText(folded: Column[], isMore: boolean): string {
  const counted = formatCounted(folded.length, isMore ? "more column" : "column");
  const states = new Set(folded.map(({ state }) => state));
  if (states.size !== 1) return counted;
  return states.has("v15") ? `${counted} of v15` : `${counted} ${states.has("planned") ? "planned" : "as declared"}`;
}

function Row({ column }: { column: Column }) {
  const { name, declared, live, isGenerated, state, remedy } = column;
  const isSame = declared === live;
  return (
    <tr>
      <td className="st">
        <ObjectIcon state={state} />
      </td>
      <td>
        <code className="nmx">{name}</code>
      </td>
      <td>
        {declared === null ? (
          <span className="muted">not declared</span>
        ) : (
          <code className="soft">
            {shortType(isGenerated ? withoutExpression(declared) : declared)}
            {isGenerated ? (
              <span className="gen" title={declared}>
                <SquareFunction className="i i-s" aria-hidden="true" /> generated
              </span>
            ) : null}
          </code>
        )}
      </td>
      <td>
        {isSame ? (
          <span className="muted">as declared</span>
        ) : (
          <code className={state === "extra" || state === "v15" || state === "planned" ? "soft" : "t-coral"}>
            {live === null ? "none" : shortType(live)}
          </code>
        )}
      </td>
      <td className="soft note">{remedy}</td>
    </tr>
  );
}

/** The type alone: the expression is on hover. */
function withoutExpression(declared: string): string {
  return declared.replace(/ generated always as .*$/i, "");
}
