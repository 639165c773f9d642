"use client";

import { useState } from "react";
import { ObjectIcon, ObjectStateText, ObjectStateWord } from "@/components/schema/object-state";
import { FoldButton } from "@/components/ui/fold-button";
import { formatCount, formatCounted } from "@/lib/client/format";
import { isWrong, shortDefinition, summarise } from "@/lib/client/schema-summary";
import type { ObjectState } from "@/lib/contract";

interface NamedObject {
  name: string;
  /** Empty for what belongs to no table. */
  table: string;
  declared: string | null;
  live: string | null;
  state: ObjectState;
  remedy: string | null;
}

/** Indexes, constraints or functions: declared, live where it differs, state, remedy. */
export function ObjectTable(props: {
  id: string;
  title: string;
  note: string;
  noun: string;
  rows: NamedObject[];
  /** Hides what asks for nothing behind a button. */
  isFolded?: boolean;
}) {
  const { id, title, note, noun, rows, isFolded = false } = props;
  const [isOpen, setOpen] = useState(false);
  const loud = isFolded ? rows.filter((row) => isWrong(row.state)) : rows;
  const folded = rows.filter((row) => !loud.includes(row));
  const { state, text } = summarise(rows.map((row) => row.state));
  return (
    <section className="tbl idx" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        <p>
          {formatCount(rows.length)}. {note}
        </p>
        <div className="end">
          <ObjectStateText state={state} text={text} />
        </div>
      </div>
      {loud.length === 0 ? null : <Objects noun={noun} rows={loud} />}
      {folded.length === 0 ? null : (
        <FoldButton isOpen={isOpen} onToggle={() => setOpen(!isOpen)}>
          {`${loud.length > 0 ? `${folded.length} more` : formatCounted(folded.length, noun.toLowerCase())}, ${summarise(folded.map((row) => row.state)).text}`}
        </FoldButton>
      )}
      {isOpen ? <Objects noun={noun} rows={folded} /> : null}
    </section>
  );
}

function Objects({ noun, rows }: { noun: string; rows: NamedObject[] }) {
  const hasTables = rows.some(({ table }) => table !== "");
  const hasRemedies = rows.some(({ remedy }) => remedy !== null);
  return (
    <table className="table">
      <thead>
        <tr>
          <th className="st">
            <span className="sr">State</span>
          </th>
          <th>{noun}</th>
          {hasTables ? <th className="tb">Table</th> : null}
          <th>Declared</th>
          <th>State</th>
          {hasRemedies ? <th>Remedy</th> : null}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.table}.${row.name}`}>
            <td className="st">
              <ObjectIcon state={row.state} />
            </td>
            <td>
              <code className="nmx">{row.name}</code>
            </td>
            {hasTables ? (
              <td className="tb">
                <code className="soft">{row.table}</code>
              </td>
            ) : null}
            <td>
              <Definition row={row} />
            </td>
            <td>
              <ObjectStateWord state={row.state} />
            </td>
            {hasRemedies ? <td className="soft note">{row.remedy}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Definition({ row: { declared, live, state } }: { row: NamedObject }) {
  return (
    <>
      <code className="soft">{shortDefinition(declared ?? live ?? "")}</code>
      {state === "different" && live !== null ? (
        <>
          <br />
          <code className="t-coral">live {shortDefinition(live)}</code>
        </>
      ) : null}
    </>
  );
}
