import Link from "next/link";
import { Fragment } from "react";
import { StateIcon } from "@/components/ui/icons";
import { Breakable, ObjectName } from "@/components/ui/object-name";
import { Term } from "@/components/ui/term";
import { type FindingNote, groupFindings } from "@/lib/client/finding-groups";
import { findingHref } from "@/lib/client/finding-guide";
import { shortDefinition, shortType } from "@/lib/client/schema-summary";
import type { Finding } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

const ICONS = { error: "error", warning: "warning", info: "note" } as const;
const TONES = { error: "t-coral", warning: "t-amber", info: "" } as const;

/**
 * Findings of one phase: object, declared, live, remedy. `isGrouped` folds what will be added anyway into notes, and says
 * once what holds for a whole table.
 */
export function FindingList(props: { findings: Finding[]; isGrouped: boolean; whenEmpty: string }) {
  const { findings, isGrouped, whenEmpty } = props;
  const { incomplete, rows, notes } = isGrouped
    ? groupFindings(findings)
    : { incomplete: [], rows: findings, notes: [] };
  if (rows.length === 0 && notes.length === 0) return <p className="no-finding">{whenEmpty}</p>;
  return (
    <>
      {incomplete.map((table) => (
        <IncompleteTable key={table} table={table} />
      ))}
      {rows.length === 0 ? null : (
        <ul>
          {rows.map((finding) => (
            <FindingRow key={finding.id} finding={finding} />
          ))}
        </ul>
      )}
      {notes.map((note) => (
        <Note key={note.kind} note={note} />
      ))}
    </>
  );
}

function IncompleteTable({ table }: { table: string }) {
  return (
    <div className="note-row">
      <StateIcon state="partial" />
      <p className="strong">Incomplete {table} schema detected.</p>
      <p className="soft">
        A run <Term id="repair">repairs it in place</Term>, in one <code>ALTER TABLE</code> and one transaction: every
        row stays, and no table has to be dropped. Only under <Term id="strict" /> it stops here instead and says:{" "}
        <code>Incomplete {table} schema detected. Drop table and re-run migration.</code>
      </p>
    </div>
  );
}

function FindingRow({ finding }: { finding: Finding }) {
  const { kind, severity, message, object, declared, live, remedy } = finding;
  return (
    <li className="finding">
      <StateIcon state={ICONS[severity]} />
      <div className="what">
        <span className="sr">{severity}: </span>
        <p>
          <Breakable text={message} />
        </p>
        {/* A hazard has an id of its own, which names nothing of the database. */}
        {kind === "hazard" ? null : <ObjectName name={object} />} <KindLink kind={kind} object={object} />
      </div>
      <dl className="pair">
        <dt>declared</dt>
        <dd>
          <Definition text={declared} />
        </dd>
        <dt>live</dt>
        <dd className={TONES[severity]}>
          <Definition text={kind === "invalid-index" && live !== null ? `${live} INVALID` : live} />
        </dd>
      </dl>
      <Remedy text={remedy} />
    </li>
  );
}

/** What to do; the definition of a view, which may be long, apart from it. */
function Remedy({ text }: { text: string }) {
  const [words = "", definition] = text.split(/ Its definition: (.*)/s);
  return (
    <div className="remedy">
      <p>
        <Breakable text={words} />
      </p>
      {definition === undefined ? null : (
        <details>
          <summary className="xs muted">Its definition</summary>
          <ObjectName className="xs" name={definition} />
        </details>
      )}
    </div>
  );
}

/** To what a kind of finding means. */
function KindLink({ kind, object }: { kind: Finding["kind"]; object?: string }) {
  const label = `What ${kind} means${object === undefined ? "" : `: ${object}`}`;
  return (
    <Link className="nowrap sm" href={findingHref(kind)} aria-label={label}>
      {kind}
    </Link>
  );
}

/** Characters of a definition that are shown before it has to be opened. */
const SHOWN_LENGTH = 100;

function Definition({ text }: { text: string | null }) {
  const shown = text === null ? "none" : toDisplayText(shortType(shortDefinition(text)));
  if (shown.length <= SHOWN_LENGTH) return <ObjectName name={shown} />;
  return (
    <details>
      <summary>{shown.slice(0, SHOWN_LENGTH / 2)}…</summary>
      <ObjectName name={shown} />
    </details>
  );
}

/** Names shown before the rest is counted. */
const SHOWN_NAMES = 8;

function Note({ note }: { note: FindingNote }) {
  const names = note.names.slice(0, SHOWN_NAMES);
  const more = note.names.length - names.length;
  return (
    <p className="quiet-note">
      <StateIcon state={ICONS[note.severity]} />
      <span className="[overflow-wrap:anywhere]">
        {note.text}{" "}
        {names.map((name, index) => (
          <Fragment key={name}>
            {index === 0 ? "" : ", "}
            <code>{toDisplayText(name)}</code>
          </Fragment>
        ))}
        {more > 0 ? " and " : ""}
        {more > 0 ? <span className="nowrap">{more} more</span> : null}. <KindLink kind={note.kind} />
      </span>
    </p>
  );
}
