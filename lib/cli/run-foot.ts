import { plain, type Terminal } from "@/lib/cli/terminal";
import { formatCount, formatDuration } from "@/lib/cli/text";
import { PHASE_IDS, type PhaseId, type ProgressEvent, type RunEvent } from "@/lib/contract";

/** In a window of fewer lines only what is at work is shown: the log has to stay readable. */
const SMALL_WINDOW = 15;

const BAR_WIDTH = 16;

/** How one phase stands. Phases overlap where parents have to come first. */
type Row =
  | { state: "waiting" }
  | { state: "working"; progress: ProgressEvent | null }
  | { state: "done"; rows: number; durationMs: number };

/** What a person sees at the foot of a terminal while a run goes on. */
export interface RunFoot {
  /** Takes in what happened. */
  take(event: RunEvent): void;
  /** Takes in why it does not go on: paused, or in whose way; null while it does. */
  stand(text: string | null): void;
  /** The five phases, each with its mark, once one of them has begun; below them what belongs to no phase. */
  lines(): string[];
}

/** A foot for one run. */
export function createRunFoot(terminal: Pick<Terminal, "colors" | "height">): RunFoot {
  const { colors } = terminal;
  const rows = new Map<PhaseId, Row>();
  let elsewhere: ProgressEvent | null = null;
  let standing: string | null = null;

  const toLine = (id: PhaseId, index: number) => {
    const row = rows.get(id) ?? { state: "waiting" };
    const name = `${index + 1} ${id.padEnd(LONGEST)}`;
    switch (row.state) {
      case "waiting":
        return colors.dim(`○ ${name}`);
      case "working":
        return `${colors.bold(`● ${name}`)}  ${row.progress === null ? "" : toFigures(row.progress)}`.trimEnd();
      case "done":
        return `${colors.green("✓")} ${name}  ${colors.dim(`${formatCount(row.rows)} rows, ${formatDuration(row.durationMs)}`)}`;
      default:
        return row satisfies never;
    }
  };

  return {
    take(event) {
      if (event.type === "progress") {
        elsewhere = event.phase === null ? event : null;
        if (event.phase !== null && rows.get(event.phase)?.state !== "done") {
          rows.set(event.phase, { state: "working", progress: event });
        }
      }
      if (event.type === "phase-started" && event.phase !== null) {
        rows.set(event.phase, { state: "working", progress: null });
      }
      if (event.type === "phase-finished") {
        elsewhere = null;
        const { phase, rows: done, durationMs } = event;
        if (phase !== null) rows.set(phase, { state: "done", rows: done, durationMs });
      }
    },
    stand(text) {
      standing = text;
    },
    lines() {
      const isShown = (id: PhaseId) => terminal.height >= SMALL_WINDOW || rows.get(id)?.state === "working";
      const phases = rows.size === 0 ? [] : PHASE_IDS.map((id, i) => (isShown(id) ? toLine(id, i) : null));
      const reasons = [...rows.values()].map((row) => (row.state === "working" ? row.progress?.slowBecause : null));
      return [
        ...phases,
        elsewhere === null ? null : `run  ${toFigures(elsewhere)}`,
        ...[...reasons, elsewhere?.slowBecause].map((reason) => (reason ? plain(`slow because ${reason}`) : null)),
        standing,
      ].filter((line) => line !== null);
    },
  };
}

const LONGEST = Math.max(...PHASE_IDS.map((id) => id.length));

/** The same for a file or a pipe: one line whenever a phase has come a further tenth of its way, else null. */
export function createProgressLines(): (event: ProgressEvent) => string | null {
  const shown = new Map<PhaseId | null, number>();
  return (event) => {
    const tenth = Math.floor(shareOf(event) * 10);
    if (tenth <= (shown.get(event.phase) ?? 0)) return null;
    shown.set(event.phase, tenth);
    return `${event.phase ?? "run"}: ${toFacts(event).join(", ")}`;
  };
}

/** Never full before it is done: 100 % is for `phase-finished` to say. */
function shareOf({ done, total }: ProgressEvent): number {
  return done !== null && total !== null && total > 0 ? Math.min(0.99, done / total) : 0;
}

function toFigures(event: ProgressEvent): string {
  const filled = Math.floor(shareOf(event) * BAR_WIDTH);
  const bar = event.done === null || !event.total ? "" : `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} `;
  return `${bar}${toFacts(event).join("  ")}`;
}

function toFacts(event: ProgressEvent): string[] {
  const { done, total, rowsPerSecond, etaSeconds } = event;
  return [
    ...(done === null || !total ? [] : [`${Math.floor(shareOf(event) * 100)} %`]),
    ...(done === null ? [] : [total === null ? formatCount(done) : `${formatCount(done)} of ${formatCount(total)}`]),
    ...(rowsPerSecond === null ? [] : [`${formatCount(Math.round(rowsPerSecond))} rows/s`]),
    ...(etaSeconds === null ? [] : [`${formatDuration(etaSeconds * 1_000)} left`]),
  ];
}
