import { createPlacer, type LogOutline, type LogPlace, toLogPlaces } from "@/lib/client/log-groups";
import type { LogEvent, RunDetail } from "@/lib/contract";

/** Lines of one part of a run. */
export interface LogGroup {
  id: LogPlace;
  title: string;
  lines: readonly LogEvent[];
  warnings: number;
  errors: number;
}

/**
 * The log of a run in the browser, made to grow: lines that come in cost what they are, however many there are already.
 * The lists are the same objects all the time; `version` tells that something was added.
 */
export interface LogBook {
  /** In order of `seq`, each once. */
  readonly lines: readonly LogEvent[];
  readonly groups: readonly LogGroup[];
  readonly warnings: number;
  readonly errors: number;
  /** Grows with every change. */
  readonly version: number;
  /** Grows when lines that were there already went to another group. */
  readonly arrangement: number;
  /** Index of the group of the line at `index`. */
  placeOf(index: number): number;
  /** Takes further lines; told twice, a line is there once. */
  append(events: readonly LogEvent[]): void;
  /** Follows the times of the phases, on which the place of some lines depends; does nothing while they stay. */
  arrange(run: LogOutline): void;
  /** Calls `listener` after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

interface OpenGroup extends LogGroup {
  lines: LogEvent[];
}

/** An empty book for a run. */
export function createLogBook(run: LogOutline): LogBook {
  const lines: LogEvent[] = [];
  const places: number[] = [];
  const listeners = new Set<() => void>();
  const totals = { warnings: 0, errors: 0 };
  let groups: OpenGroup[] = [];
  let place = createPlacer(run);
  let outline = "";
  let version = 0;
  let arrangement = 0;

  function put(line: LogEvent) {
    const at = place(line);
    places.push(at);
    const group = groups[at];
    if (group === undefined) return;
    group.lines.push(line);
    count(group, line);
  }

  function tell() {
    version += 1;
    for (const listener of listeners) listener();
  }

  function arrange(next: LogOutline) {
    const nextOutline = toOutlineKey(next);
    if (nextOutline === outline) return;
    outline = nextOutline;
    place = createPlacer(next);
    groups = toLogPlaces(next).map((part) => ({ ...part, lines: [], warnings: 0, errors: 0 }));
    places.length = 0;
    for (const line of lines) put(line);
    arrangement += 1;
    tell();
  }

  arrange(run);
  return {
    lines,
    get groups() {
      return groups;
    },
    get warnings() {
      return totals.warnings;
    },
    get errors() {
      return totals.errors;
    },
    get version() {
      return version;
    },
    get arrangement() {
      return arrangement;
    },
    placeOf: (index) => places[index] ?? 0,
    append(events) {
      const before = lines.length;
      let seq = lines.at(-1)?.seq ?? 0;
      for (const line of events) {
        if (line.seq <= seq) continue;
        seq = line.seq;
        lines.push(line);
        put(line);
        count(totals, line);
      }
      if (lines.length > before) tell();
    },
    arrange,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Where a line stands in a list in order of `seq`, or where it would stand. Pure. */
export function indexOfSeq(lines: readonly LogEvent[], seq: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

function count(counts: { warnings: number; errors: number }, { level }: LogEvent) {
  if (level === "warn") counts.warnings += 1;
  else if (level === "error") counts.errors += 1;
}

function toOutlineKey({ kind, phases }: LogOutline | RunDetail): string {
  return `${kind} ${phases.map(({ id, startedAt, finishedAt }) => `${id} ${startedAt} ${finishedAt}`).join()}`;
}
