"use client";

import { SquareFunction } from "lucide-react";
import { useState } from "react";
import { ObjectIcon, ObjectStateText } from "@/components/schema/object-state";
import { FoldButton } from "@/components/ui/fold-button";
import { StateIcon } from "@/components/ui/icons";
import { ObjectName } from "@/components/ui/object-name";
import { isRepair, toOwnRemedy } from "@/lib/client/finding-groups";
import { formatCounted } from "@/lib/client/format";
import { summariseTable } from "@/lib/client/schema-report";
import { isDifferent, shortType, splitColumn, toSizeText } from "@/lib/client/schema-summary";
import type { SchemaReport } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

type Table = SchemaReport["tables"][number];
type Column = Table["columns"][number];

/**
 * Columns of one table, declared and live; what v15 had and what was not asked about is folded away, or left out where
 * only differences are asked for.
 */
export function ColumnTable({ table, onlyDifferences }: { table: Table; onlyDifferences: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const columns = onlyDifferences ? table.columns.filter(({ state }) => isDifferent(state)) : table.columns;
  // A missing table is one finding: its columns are there to look up, not to scroll past.
  const loud = columns.filter(
    ({ state }) => table.exists && state !== "v15" && (table.tier === 3 || state !== "as-declared"),
  );
  const folded = columns.filter((column) => !loud.includes(column));
  const { state, text } = summariseTable(table);
  const id = `table-${table.name}`;
  return (
    <section className="tbl" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>
          <code>{table.name}</code>
        </h2>
        <p>
          {[
            ...(table.tier === null ? [] : [`tier ${table.tier}`]),
            formatCounted(table.columns.length, "column"),
            ...(table.exists ? [toSizeText(table)] : []),
          ].join(", ")}
        </p>
        <div className="end">
          <ObjectStateText state={state} text={text} />
        </div>
      </div>
      {loud.some(isRepaired) ? (
        <p className="quiet-note">
          <StateIcon state="partial" small />
          <span>
            A run repairs it in place, in one transaction: every row stays. A reset drops it instead, after showing
            which rows cannot be derived again.
          </span>
        </p>
      ) : null}
      {loud.length === 0 ? null : <Columns columns={loud} />}
      {folded.length === 0 ? null : (
        <FoldButton isOpen={isOpen} onToggle={() => setOpen(!isOpen)}>
          {foldText(folded, loud.length > 0)}
        </FoldButton>
      )}
      {isOpen && folded.length > 0 ? <Columns columns={folded} /> : null}
    </section>
  );
}

/** Whether the same is to be said of it as of the others of its table. */
const isRepaired = ({ remedy }: Column) => remedy !== null && isRepair(remedy);

function foldText(folded: Column[], isMore: boolean): string {
  const counted = formatCounted(folded.length, isMore ? "more column" : "column");
  const states = new Set(folded.map(({ state }) => state));
  if (states.size !== 1) return counted;
  if (states.has("v15")) return `${counted} of v15`;
  return `${counted} ${states.has("planned") ? "planned" : states.has("missing") ? "missing" : "as declared"}`;
}

function Columns({ columns }: { columns: Column[] }) {
  return (
    <table className="table cols">
      <thead>
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
        {columns.map((column) => (
          <Row key={column.name} column={column} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ column: { name, declared, live, state, remedy } }: { column: Column }) {
  const isQuiet = state === "extra" || state === "v15" || state === "planned";
  const isOtherExpression = isGeneratedOtherwise(declared, live);
  return (
    <tr>
      <td className="st">
        <ObjectIcon state={state} />
      </td>
      <td>
        <code className="nmx">{toDisplayText(name)}</code>
      </td>
      <td data-l="declared">
        {declared === null ? (
          <span className="muted">not declared</span>
        ) : (
          <Description look="soft" description={declared} isOpen={isOtherExpression} />
        )}
      </td>
      <td data-l="live">
        {declared === live ? (
          <span className="muted">as declared</span>
        ) : live === null ? (
          <code className={isQuiet ? "soft" : "t-coral"}>none</code>
        ) : (
          <Description look={isQuiet ? "soft" : "t-coral"} description={live} isOpen={isOtherExpression} isOther />
        )}
      </td>
      <td className="soft note">{remedy === null ? null : toDisplayText(shortType(toOwnRemedy(remedy)))}</td>
    </tr>
  );
}

/** Both are generated, and only the expressions tell them apart: then they are not left to be opened. */
function isGeneratedOtherwise(declared: string | null, live: string | null): boolean {
  const [wanted, found] = [declared, live].map((it) => (it === null ? null : splitColumn(it).generated));
  return wanted != null && found != null && wanted !== found;
}

/** Type, then default and nullability; the expression of a generated column opens below it. */
function Description(props: { description: string; look: string; isOpen: boolean; isOther?: boolean }) {
  const { description, look, isOpen, isOther = false } = props;
  const { type, rest, generated } = splitColumn(toDisplayText(description));
  return (
    <>
      <ObjectName className={look} name={rest === "" ? type : `${type} ${rest}`} />
      {generated === null ? null : (
        <details className="gen" open={isOpen}>
          <summary>
            <SquareFunction className="i i-s" aria-hidden="true" /> generated
            {isOpen && isOther ? " otherwise" : null}
          </summary>
          <ObjectName className={look} name={generated} />
        </details>
      )}
    </>
  );
}
