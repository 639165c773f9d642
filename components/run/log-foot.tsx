"use client";

import { ArrowDown, Link2 } from "lucide-react";
import { useEffect, useState } from "react";
import { formatCount, formatCounted } from "@/lib/client/format";
import type { LogBook } from "@/lib/client/log-book";
import type { RunLog } from "@/lib/client/run-log";

/** Shortest time between two things said about new lines, in milliseconds. */
const SAY_INTERVAL_MS = 8_000;

/** Below the log: whether it is live, and for screen readers now and then what came in. */
export function LogFoot(props: {
  book: LogBook;
  /** Lines that were stored when the page was made: so many are read before it goes live. */
  stored: number;
  connection: RunLog["connection"];
  isLive: boolean;
  isFollowing: boolean;
  said: string;
  /** The line that the reader is at, whose address can be taken along; null for none. */
  line: number | null;
  onLink: (seq: number) => void;
}) {
  const { book, stored, connection, isLive, isFollowing, said, line, onLink } = props;
  return (
    <div className="log-foot">
      <span className={connection === "open" ? "live" : ""}>{footText(connection, book, stored)}</span>
      {isLive ? <span className="hide-s">{isFollowing ? "Scroll up to stop following" : "Not following"}</span> : null}
      <span className="end" role="status">
        {said}
      </span>
      {line === null ? null : (
        <button type="button" className="btn quiet" onClick={() => onLink(line)}>
          <Link2 className="i i-s" aria-hidden="true" /> Copy the address of line {formatCount(line)}
        </button>
      )}
      {isLive ? <NewsOf book={book} /> : null}
    </div>
  );
}

/** Leads back to the end after the reader left it; says how much came in since. */
export function BackToEnd({ book, onPress }: { book: LogBook; onPress: () => void }) {
  const [left] = useState(() => book.lines.length);
  const since = book.lines.length - left;
  return (
    <button type="button" className="btn to-end" onClick={onPress}>
      <ArrowDown className="i i-s" aria-hidden="true" />{" "}
      {since === 0 ? "Back to the end" : `${formatCounted(since, "new line")}, to the end`}
    </button>
  );
}

/** One sentence about many lines, every few seconds: what a live region of each line would never get to the end of. */
function NewsOf({ book }: { book: LogBook }) {
  const [news, setNews] = useState("");
  useEffect(() => {
    let told = { lines: book.lines.length, warnings: book.warnings, errors: book.errors };
    const timer = setInterval(() => {
      const { lines, warnings, errors } = book;
      if (lines.length === told.lines) return;
      const parts = [
        formatCounted(lines.length - told.lines, "new line"),
        warnings > told.warnings ? formatCounted(warnings - told.warnings, "warning") : "",
        errors > told.errors ? formatCounted(errors - told.errors, "error") : "",
      ];
      told = { lines: lines.length, warnings, errors };
      setNews(parts.filter((part) => part !== "").join(", "));
    }, SAY_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [book]);
  return (
    <span className="sr" role="status">
      {news}
    </span>
  );
}

function footText(connection: RunLog["connection"], { lines }: LogBook, stored: number): string {
  const last = `line ${formatCount(lines.at(-1)?.seq ?? 0)}`;
  switch (connection) {
    case "connecting":
      return lines.length === 0
        ? "connecting"
        : `reading, ${formatCount(lines.length)} of ${formatCounted(Math.max(stored, lines.length), "line")}`;
    case "open":
      return `live, ${last}`;
    case "visiting":
      return `read every 2 s, ${last}: other tabs hold the live streams`;
    case "lost":
      return `not connected, ${last}`;
    case "ended":
      return `end of the log, ${formatCounted(lines.length, "line")}`;
    default:
      return connection satisfies never;
  }
}
