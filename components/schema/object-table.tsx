"use client";

import { type ReactNode, useState } from "react";
import { IndexBuildView } from "@/components/schema/index-build-view";
import { ObjectIcon, ObjectStateText, ObjectStateWord } from "@/components/schema/object-state";
import { FoldButton } from "@/components/ui/fold-button";
import { StateIcon } from "@/components/ui/icons";
import { formatCount, formatCounted } from "@/lib/client/format";
import { isDifferent, isWrong, shortDefinition, summarise, toBuildText } from "@/lib/client/schema-summary";
import type { IndexBuild, ObjectState } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

interface NamedObject {
  name: string;
  /** Empty for what belongs to no table. */
  table: string;
  declared: string | null;
  live: string | null;
  state: ObjectState;
  remedy: string | null;
  build?: IndexBuild | undefined;
}

/** Indexes, constraints or functions: declared, live where it differs, state, remedy. */
export function ObjectTable(props: {
  id: string;
  title: string;
  note: ReactNode;
  noun: string;
  rows: NamedObject[];
  /** What an object is that is as declared. Default `as declared`. */
  rightWord?: string;
  /** Hides what asks for nothing behind a button. */
  isFolded?: boolean;
  onlyDifferences: boolean;
}) {
  const { id, title, note, noun, rightWord, isFolded = false, onlyDifferences } = props;
  const [isOpen, setOpen] = useState(false);
  const rows = props.rows
    .filter(({ state, build }) => !onlyDifferences || isDifferent(state) || build !== undefined)
    .sort((one, other) => rankOf(one) - rankOf(other));
  if (rows.length === 0) return null;
  const loud = isFolded ? rows.filter((row) => isWrong(row.state) && !isOneFinding(rows)) : rows;
  const folded = rows.filter((row) => !loud.includes(row));
  const { state, text } = summarise(rows.map((row) => row.state));
  return (
    <section className="tbl idx" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        <p>
          {formatCount(props.rows.length)} listed. {note}
        </p>
        <div className="end">
          <ObjectStateText state={state} text={text} />
        </div>
      </div>
      {loud.length === 0 ? null : <Objects noun={noun} rows={loud} rightWord={rightWord} />}
      {folded.length === 0 ? null : (
        <FoldButton isOpen={isOpen} onToggle={() => setOpen(!isOpen)}>
          {foldText(
            folded,
            loud.length > 0 ? `${folded.length} more` : formatCounted(folded.length, noun.toLowerCase()),
          )}
        </FoldButton>
      )}
      {isOpen && folded.length > 0 ? <Objects noun={noun} rows={folded} rightWord={rightWord} /> : null}
    </section>
  );
}

/** `17 functions missing`, `17 functions, 3 missing`. */
function foldText(folded: NamedObject[], counted: string): string {
  const { text } = summarise(folded.map(({ state }) => state));
  const ofAll = `${formatCount(folded.length)} `;
  return text.startsWith(ofAll) ? `${counted} ${text.slice(ofAll.length)}` : `${counted}, ${text}`;
}

/** What happens and what is wrong first, what was always there last. */
const ORDER: ObjectState[] = ["invalid", "different", "missing", "not-validated", "planned", "extra", "as-declared"];

function rankOf({ state, build }: NamedObject): number {
  if (build !== undefined) return -1;
  return ORDER.includes(state) ? ORDER.indexOf(state) : ORDER.length;
}

/** All of them missing for one reason: they are there to look up, not to scroll past. */
const isOneFinding = (rows: NamedObject[]) =>
  rows.length > 3 && rows.every(({ state, remedy }) => state === "missing" && remedy === rows[0]?.remedy);

function Objects(props: { noun: string; rows: NamedObject[]; rightWord: string | undefined }) {
  const { noun, rows, rightWord } = props;
  const hasTables = rows.some(({ table }) => table !== "");
  const hasRemedies = rows.some(({ remedy, build }) => remedy !== null || build !== undefined);
  return (
    <table className="table">
      <thead>
        <tr>
          <th className="st">
            <span className="sr">State</span>
          </th>
          <th>{noun}</th>
          {hasTables ? <th className="tb">Table</th> : null}
          <th>Definition</th>
          <th>State</th>
          {hasRemedies ? <th>Remedy</th> : null}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.table}.${row.name}`}>
            <td className="st">
              {row.build === undefined ? <ObjectIcon state={row.state} /> : <StateIcon state="running" small />}
            </td>
            <td>
              <code className="nmx">{toDisplayText(row.name)}</code>
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
              {row.build === undefined ? (
                <ObjectStateWord state={row.state} rightWord={rightWord} />
              ) : (
                <span className="nowrap strong t-tide">{toBuildText(row.build).word}</span>
              )}
            </td>
            {hasRemedies ? (
              <td className="soft note">
                {row.build === undefined ? (
                  toDisplayText(row.remedy ?? "")
                ) : (
                  <IndexBuildView name={row.name} build={row.build} />
                )}
              </td>
            ) : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Definition({ row: { declared, live, state } }: { row: NamedObject }) {
  return (
    <>
      <code className="soft">{toDisplayText(shortDefinition(declared ?? live ?? ""))}</code>
      {state === "different" && live !== null ? (
        <>
          <br />
          <code className="t-coral">live {toDisplayText(shortDefinition(live))}</code>
        </>
      ) : null}
    </>
  );
}
