import { Fragment } from "react";
import { toDisplayText } from "@/lib/plain-text";

/** The name of an object of the database, or a definition, which breaks between its parts where it does not fit. */
export function ObjectName({ name, className }: { name: string; className?: string }) {
  return (
    <code className={className}>
      <Breakable text={name} />
    </code>
  );
}

/** What a browser would break behind a hyphen: `->>`, `--recreate-view`, `[A-Z]{2}`. */
const HYPHENED = /(->>?|--[a-z-]+|\[[^\]\s]+\](?:\{\d+\})?)/;

/** Text with names or definitions in it, which break between their parts. */
export function Breakable({ text }: { text: string }) {
  const parts = toDisplayText(text).split(/(?<=[._(])|(?=::)/);
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
    <Fragment key={index}>
      {index === 0 ? null : <wbr />}
      {part.split(HYPHENED).map((piece, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <Fragment key={place}>{HYPHENED.test(piece) ? <span className="nowrap">{piece}</span> : piece}</Fragment>
      ))}
    </Fragment>
  ));
}
