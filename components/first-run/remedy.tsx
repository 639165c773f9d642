import { CopyButton } from "@/components/ui/copy-button";
import { toRemedyText } from "@/lib/client/remedy-text";

/** The exact thing to do; a statement can be copied. */
export function Remedy({ remedy }: { remedy: string }) {
  const { words, sql } = toRemedyText(remedy);
  return (
    <>
      <p className="mt-2 text-ink-2 [overflow-wrap:anywhere]">{words}</p>
      {sql === null ? null : (
        <div className="statement">
          <code>{sql}</code>
          <CopyButton label="Copy the statement" read={() => sql} />
        </div>
      )}
    </>
  );
}
