"use client";

import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { SqlTokens } from "@/components/plan/sql-tokens";
import { formatCount } from "@/lib/client/format";

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
          <SqlTokens sql={shown} />
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
