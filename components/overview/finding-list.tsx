import { Fragment } from "react";
import { StateIcon } from "@/components/ui/icons";
import { type FindingNote, groupFindings } from "@/lib/client/finding-groups";
import { toDisplayText } from "@/lib/client/log-text";
import { shortDefinition, shortType } from "@/lib/client/schema-summary";
import type { Finding } from "@/lib/contract";

const ICONS = { error: "error", warning: "warning", info: "note" } as const;
const TONES = { error: "t-coral", warning: "t-amber", info: "" } as const;

/** Findings of one phase: object, declared, live, remedy. `isGrouped` folds what will be added anyway into notes. */
export function FindingList(props: { findings: Finding[]; isGrouped: boolean; whenEmpty: string }) {
  const { findings, isGrouped, whenEmpty } = props;
  const { rows, notes } = isGrouped ? groupFindings(findings) : { rows: findings, notes: [] };
  if (rows.length === 0 && notes.length === 0) return <p className="py-3 sm text-ink-3">{whenEmpty}</p>;
  return (
    <>
      {rows.length === 0 ? null : (
        <ul>
          {rows.map((finding) => (
            <FindingRow key={finding.id} finding={finding} />
          ))}
        </ul>
      )}
      {notes.map((note) => (
        <Note key={note.key} note={note} />
      ))}
    </>
  );
}

function FindingRow({ finding }: { finding: Finding }) {
  const { severity, message, object, declared, live, remedy } = finding;
  return (
    <li className="finding">
      <StateIcon state={ICONS[severity]} />
      <div className="what">
        <span className="sr">{severity}: </span>
        <p>{toDisplayText(message)}</p>
        <code>{toDisplayText(object)}</code>
      </div>
      <dl className="pair">
        <dt>declared</dt>
        <dd>{toShown(declared)}</dd>
        <dt>live</dt>
        <dd className={TONES[severity]}>{toShown(live)}</dd>
      </dl>
      <p className="remedy">{toDisplayText(remedy)}</p>
    </li>
  );
}

const toShown = (definition: string | null) =>
  definition === null ? "none" : toDisplayText(shortType(shortDefinition(definition)));

/** Names shown before the rest is counted. */
const SHOWN_NAMES = 8;

function Note({ note }: { note: FindingNote }) {
  const names = note.names.slice(0, SHOWN_NAMES);
  const more = note.names.length - names.length;
  return (
    <p className="quiet-note">
      <StateIcon state="note" />
      <span className="[overflow-wrap:anywhere]">
        {note.text}{" "}
        {names.map((name, index) => (
          <Fragment key={name}>
            {index === 0 ? "" : ", "}
            <code>{toDisplayText(name)}</code>
          </Fragment>
        ))}
        {more > 0 ? ` and ${more} more` : ""}.
      </span>
    </p>
  );
}
