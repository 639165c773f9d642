import { Fragment } from "react";
import { toDisplayText } from "@/lib/plain-text";

/** The name of an object of the database, or a definition, which breaks between its parts where it does not fit. */
export function ObjectName({ name, className }: { name: string; className?: string }) {
  const parts = toDisplayText(name).split(/(?<=[._(])/);
  return (
    <code className={className}>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one name never change places
        <Fragment key={index}>
          {index === 0 ? null : <wbr />}
          {part}
        </Fragment>
      ))}
    </code>
  );
}
