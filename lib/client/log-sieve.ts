import type { LogBook } from "@/lib/client/log-book";
import type { LogEvent } from "@/lib/contract";

/** What is shown of the log. */
export interface LogFilter {
  /** Sought in the message, upper and lower case alike; empty for all. */
  search: string;
  level: "all" | "warn" | "error";
}

/** Lines looked at between two looks at the clock. */
const LINES_A_LOOK = 256;

/** Whether a filter lets every line through. Pure. */
export function isOpenFilter({ search, level }: LogFilter): boolean {
  return search === "" && level === "all";
}

/** Tells of a line whether the filter shows it: `warn` means warnings and worse. Pure. */
export function toMatcher({ search, level }: LogFilter): (line: LogEvent) => boolean {
  const needle = search.toLowerCase();
  return (line) => {
    const isLoud = line.level === "error" || (level === "warn" && line.level === "warn");
    if (level !== "all" && !isLoud) return false;
    return needle === "" || line.message.toLowerCase().includes(needle);
  };
}

/** The lines of a book that a filter shows, found bit by bit; lines that come in later are looked at alone. */
export interface LogSieve {
  /** In order of `seq`. */
  readonly found: readonly LogEvent[];
  /** The same lines by the groups of the book. */
  readonly byPlace: readonly (readonly LogEvent[])[];
  /** Whether every line of the book was looked at. */
  isDone(): boolean;
  /** Looks at further lines for at most `budgetMs` milliseconds. Returns whether it found any. */
  advance(budgetMs: number): boolean;
}

/** A sieve over the book as it is arranged now; after another arrangement make a new one. */
export function createSieve(book: LogBook, filter: LogFilter): LogSieve {
  const matches = toMatcher(filter);
  const found: LogEvent[] = [];
  const byPlace: LogEvent[][] = book.groups.map(() => []);
  let next = 0;
  const isDone = () => next >= book.lines.length;
  return {
    found,
    byPlace,
    isDone,
    advance(budgetMs) {
      const deadline = performance.now() + budgetMs;
      const before = found.length;
      do {
        const stop = Math.min(next + LINES_A_LOOK, book.lines.length);
        for (; next < stop; next += 1) {
          const line = book.lines[next];
          if (line === undefined || !matches(line)) continue;
          found.push(line);
          byPlace[book.placeOf(next)]?.push(line);
        }
      } while (!isDone() && performance.now() < deadline);
      return found.length > before;
    },
  };
}
