import { formatCount, formatDuration, formatList, formatShare } from "@/lib/client/format";
import { isActive } from "@/lib/client/run-state";
import type { PhaseStatus, RunDetail, RunPhase, Status } from "@/lib/contract";

/** One major mark of the gauge. */
export interface GaugeCell {
  number: number;
  title: string;
  state: "pending" | "partial" | "blocked" | "running" | "complete";
  /** A run is at it and does nothing, since somebody holds it. */
  isHeld: boolean;
  /** Share of the phase that the database shows, 0 to 1; 1 only when it is complete. */
  level: number;
  /** The reading beside the name; `word` is left out on narrow screens. */
  figure: string;
  word: string;
}

/** Everything the tide gauge draws and says. */
export interface GaugeReading {
  cells: GaugeCell[];
  /** End of the first stretch that is right without a hole, 0 to 1. */
  observedAt: number;
  observed: string;
  /** What follows the observed state, e.g. `, phase 1 at 71.2 %`. */
  detail: string;
  recorded: string;
  /** 0: v15, 1: v16 and above. */
  recordedAt: 0 | 1;
  /** Recorded above the version that this console brings about. */
  isBeyond: boolean;
  /** The whole reading in one sentence, for screen readers. */
  sentence: string;
}

/** The most a phase shows before it is complete. */
const ALMOST = 0.99;

/** Reads the gauge: what the database shows, and on top of it what an active run is doing right now. Pure. */
export function readGauge(status: Status, run: RunDetail | null): GaugeReading {
  const live = run !== null && isActive(run.status) && run.kind !== "reset" ? run.phases : [];
  const cells = status.phases.map((phase) => {
    const running = live.find(({ id }) => id === phase.id);
    return running === undefined || running.state === "waiting"
      ? toCell(phase)
      : toRunningCell(phase, running, run?.status === "paused");
  });
  const recordedNumber = Number(status.version.recorded ?? Number.NaN);
  const isBegun = cells.some(({ level, state }) => level > 0 || state === "running");
  // The catalog was read up to two seconds ago: what the run has done since is seen first in its phases.
  const observed = status.version.observed === "v15" && isBegun ? "partial" : (status.version.observed ?? "unknown");
  const recorded = /^\d+$/.test(status.version.recorded ?? "") ? `v${recordedNumber}` : "nothing";
  const detail = describeDetail(cells, observed);
  return {
    cells,
    observedAt: observed === "v16" ? 1 : Math.min(firstStretch(cells), 1 - (1 - ALMOST) / cells.length),
    observed,
    detail,
    recorded,
    recordedAt: recordedNumber >= 16 ? 1 : 0,
    isBeyond: recordedNumber > 16,
    sentence: `Recorded version ${status.version.recorded ?? "missing"}. Observed state ${observed}: ${sentenceOf(cells)}.`,
  };
}

function toCell(phase: PhaseStatus): GaugeCell {
  const base = { number: phase.number, title: phase.title, state: phase.state, isHeld: false };
  if (phase.state === "complete") return { ...base, level: 1, figure: "", word: "complete" };
  if (phase.state === "pending") return { ...base, level: 0, figure: "", word: "pending" };
  const { objects, rows } = phase;
  const objectShare = objects.total === 0 ? 1 : objects.done / objects.total;
  const rowShare = rows === null || rows.total === 0 ? 1 : rows.done / rows.total;
  const level = Math.min(objectShare, rowShare, ALMOST);
  if (phase.state === "blocked") return { ...base, level, figure: "", word: "blocked" };
  return rowShare < 1 && rowShare <= objectShare
    ? { ...base, level, figure: formatShare(rowShare), word: "" }
    : { ...base, level, figure: `${formatCount(objects.done)} / ${formatCount(objects.total)}`, word: "objects" };
}

function toRunningCell(phase: PhaseStatus, run: RunPhase, isPaused: boolean): GaugeCell {
  const base = { number: phase.number, title: phase.title, isHeld: false };
  if (run.state === "complete") {
    return { ...base, state: "complete", level: 1, figure: "", word: formatDuration(run.durationMs ?? 0) };
  }
  const share = shareOf(run);
  if (run.state === "failed") return { ...base, state: "blocked", level: share ?? 0, figure: "", word: "failed" };
  const atWork = { ...base, state: "running" as const, isHeld: isPaused };
  return share === null
    ? { ...atWork, level: 0, figure: "", word: isPaused ? "paused" : "running" }
    : { ...atWork, level: share, figure: formatShare(share, 0), word: isPaused ? "paused" : "" };
}

/** How far a running phase is, never all of it; null while its total is unknown. */
export function shareOf(phase: Pick<RunPhase, "done" | "total">): number | null {
  if (phase.done === null || phase.total === null || phase.total === 0) return null;
  return Math.min(phase.done / phase.total, ALMOST);
}

/** How far the phase at hand of a run is, as its page and the gauge show it; null between phases and for its structure. */
export function shareAtHand(run: Pick<RunDetail, "phases">): number | null {
  const phase = run.phases.find(({ state }) => state === "running");
  return phase === undefined ? null : shareOf(phase);
}

/** What the tab of a run under way says of it, in a word: `67 %`, `phase 2` where that has no share, or how it stands. Pure. */
export function toTabSign(run: Pick<RunDetail, "phases" | "status">): string {
  if (run.status !== "running") return run.status;
  const share = shareAtHand(run);
  if (share !== null) return formatShare(share, 0);
  const number = run.phases.findIndex(({ state }) => state === "running") + 1;
  return number === 0 ? "running" : `phase ${number}`;
}

/**
 * How far a whole run is, 0 to 1, its phases weighing the same; 1 only for one that succeeded. For the sign of a tab alone,
 * which has no words: wherever there are any, the phase and its own share are shown.
 */
export function shareOfRun(run: RunDetail): number {
  if (run.status === "succeeded") return 1;
  if (run.phases.length === 0) return 0;
  const sum = run.phases.reduce((all, phase) => all + (phase.state === "complete" ? 1 : (shareOf(phase) ?? 0)), 0);
  return Math.min(sum / run.phases.length, ALMOST);
}

function firstStretch(cells: GaugeCell[]): number {
  let whole = 0;
  while (cells[whole]?.level === 1) whole += 1;
  return (whole + (cells[whole]?.level ?? 0)) / cells.length;
}

function describeDetail(cells: GaugeCell[], observed: string): string {
  if (observed !== "partial") return "";
  const [first, ...others] = cells.filter(({ state }) => state !== "complete" && state !== "pending");
  if (first === undefined) return "";
  const isMeasured = first.figure.includes("%");
  const parts = (isMeasured ? others : [first, ...others]).map(({ number }) => String(number));
  const at = isMeasured ? `, phase ${first.number} at ${first.figure}` : "";
  return parts.length === 0 ? at : `${at}, parts of phase${parts.length === 1 ? "" : "s"} ${formatList(parts)}`;
}

function sentenceOf(cells: GaugeCell[]): string {
  if (cells.every(({ state }) => state === "complete")) return "all five phases complete";
  if (cells.every(({ state }) => state === "pending")) return "all five phases pending";
  return cells
    .map(({ number, state, figure, word }) => {
      const reading = figure === "" ? word : `${state}, ${figure.replace("/", "of")} ${word}`.trim();
      return `phase ${number} ${reading}`;
    })
    .join(", ");
}
