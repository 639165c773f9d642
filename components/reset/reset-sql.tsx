import { SqlTokens } from "@/components/plan/sql-tokens";
import { formatCounted } from "@/lib/client/format";

/** Everything that a reset sends, in order; psql can run it as it is. */
export function ResetSql({ sql }: { sql: string[] }) {
  return (
    <details className="exact-sql sm">
      <summary>The exact SQL, {formatCounted(sql.length, "statement")}</summary>
      <div className="sql-block">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
        <pre className="scrolls" tabIndex={0}>
          <SqlTokens sql={sql.join("\n")} />
        </pre>
      </div>
    </details>
  );
}
