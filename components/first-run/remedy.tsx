import { Fragment } from "react";
import { Statement } from "@/components/ui/statement";
import { toRemedyText } from "@/lib/client/remedy-text";

/** Names of settings, as they are typed. */
const SETTING = /\b([A-Z]+(?:_[A-Z]+)+)\b/;

/** The exact thing to do; a statement can be copied. */
export function Remedy({ remedy }: { remedy: string }) {
  const { words, sql } = toRemedyText(remedy);
  return (
    <>
      <p className="mt-2 text-ink-2 [overflow-wrap:anywhere]">
        {words.split(SETTING).map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never change places
          <Fragment key={index}>{index % 2 === 1 ? <code>{part}</code> : part}</Fragment>
        ))}
        {SETTING.test(words)
          ? " A setting takes effect once the console is started again; what is changed in the database is seen here by itself."
          : null}
      </p>
      {sql === null ? null : <Statement sql={sql} />}
    </>
  );
}
