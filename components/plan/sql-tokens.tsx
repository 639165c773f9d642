import { toSqlTokens } from "@/lib/client/plan-sql-tokens";
import { toDisplayText } from "@/lib/plain-text";

/** SQL with its words told apart, in a `code` element; names in it may be anybody's and are shown as text. */
export function SqlTokens({ sql }: { sql: string }) {
  return (
    <code>
      {toSqlTokens(toDisplayText(sql)).map(({ kind, text }, index) =>
        kind === "plain" ? (
          text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the tokens of one text never change places
          <span key={index} className={`sql-${kind}`}>
            {text}
          </span>
        ),
      )}
    </code>
  );
}
