"use client";

import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { formatCount } from "@/lib/client/format";
import { toDisplayText } from "@/lib/client/log-text";
import { toSqlTokens } from "@/lib/client/plan-sql-tokens";

/** Lines of a long text that are shown at first; one that is little longer is shown whole. */
const FIRST_LINES = 9;
const LITTLE_LONGER = 5;

/**
 * SQL with its keywords, strings and comments told apart; a long one opens on demand.
 *
 * @param closedAs what it is: nothing of it is shown before it is opened.
 */
export function SqlBlock({ sql, closedAs }: { sql: string; closedAs?: string }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const lines = sql.split("\n");
  const isLong = closedAs !== undefined || lines.length > FIRST_LINES + LITTLE_LONGER;
  const isHidden = closedAs !== undefined && !isOpen;
  const shown = isLong && !isOpen ? lines.slice(0, FIRST_LINES).join("\n") : sql;
  return (
    <div className="sql-block">
      {isHidden ? null : (
        <pre className={isLong && !isOpen ? "clipped" : undefined} id={id}>
          <code>
            {toSqlTokens(toDisplayText(shown)).map(({ kind, text }, index) =>
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
      )}
      {isLong ? (
        <button
          type="button"
          className="btn quiet"
          aria-expanded={isOpen}
          aria-controls={isHidden ? undefined : id}
          onClick={() => setOpen(!isOpen)}
        >
          <ChevronRight className={`i i-s ${isOpen ? "rotate-90" : ""}`} aria-hidden="true" />
          {closedAs ?? (isOpen ? `First ${FIRST_LINES} lines only` : `All ${formatCount(lines.length)} lines`)}
        </button>
      ) : null}
    </div>
  );
}
