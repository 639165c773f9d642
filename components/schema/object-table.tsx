"use client";

import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { ObjectIcon, ObjectStateText, ObjectStateWord } from "@/components/schema/object-state";
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

/** Indexes, constraints or functions: declared, live where it differs, state, remedy. `isFolded` hides what asks for nothing. */
export function ObjectTable(props: {
  id: string;
  title: string;
  note: string;
  noun: string;
  rows: NamedObject[];
  isFolded?: boolean;
}) {
  const { id, title, note, noun, rows, isFolded = false } = props;
  const [isOpen, setOpen] = useState(false);
  const { state, text } = summarise(rows.map((row) => row.state));
  const loud = isFolded ? rows.filter((row) => isWrong(row.state)) : rows;
  const folded = rows.filter((row) => !loud.includes(row));
  const hasTables = rows.some(({ table }) => table !== "");
  const hasRemedies = rows.some(({ remedy }) => remedy !== null);
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
      <table className="table">
        <thead className={loud.length === 0 && !isOpen ? "sr" : ""}>
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
          {[...loud, ...(isOpen ? folded : [])].map((row) => (
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
                <code className="soft">{shortDefinition(row.declared ?? row.live ?? "")}</code>
                {row.state === "different" && row.live !== null ? (
                  <>
                    <br />
                    <code className="t-coral">live {shortDefinition(row.live)}</code>
                  </>
                ) : null}
              </td>
              <td>
                <ObjectStateWord state={row.state} />
              </td>
              {hasRemedies ? <td className="soft note">{row.remedy}</td> : null}
            </tr>
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
        </tbody>
      </table>
    </section>
  );
}

function foldText(folded: NamedObject[], isMore: boolean): string {
  const counted = isMore ? `${folded.length} more` : formatCounted(folded.length, "object");
  return `${counted}, ${summarise(folded.map(({ state }) => state)).text}`;
}
