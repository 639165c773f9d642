import { formatCounted } from "@/lib/client/format";
import { toSqlTokens } from "@/lib/client/plan-sql-tokens";

/** Everything that a reset sends, in order; psql can run it as it is. */
export function ResetSql({ sql }: { sql: string[] }) {
  return (
    <details className="exact-sql sm">
      <summary>The exact SQL, {formatCounted(sql.length, "statement")}</summary>
      <div className="sql-block">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
        <pre className="scrolls" tabIndex={0}>
          <code>
            {toSqlTokens(sql.join("\n")).map(({ kind, text }, index) =>
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
        </pre>
      </div>
    </details>
  );
}
