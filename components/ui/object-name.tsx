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

/** A browser would break `->>` behind its hyphen. */
const OPERATOR = /(->>?)/;

/** Text with names or definitions in it, which break between their parts. */
export function Breakable({ text }: { text: string }) {
  const parts = toDisplayText(text).split(/(?<=[._(])|(?=::)/);
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
    <Fragment key={index}>
      {index === 0 ? null : <wbr />}
      {part.split(OPERATOR).map((piece, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <Fragment key={place}>{OPERATOR.test(piece) ? <span className="nowrap">{piece}</span> : piece}</Fragment>
      ))}
    </Fragment>
  ));
}
