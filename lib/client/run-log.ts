import type { LogEvent, ProgressEvent, RunDetail, RunEnd, RunPhase } from "@/lib/contract";

/** A run as its event stream tells it; its lines are in the log book. */
export interface RunLog {
  run: RunDetail;
  /** `visiting`: read every few seconds. `ended`: the stream told the end of the run, nothing more will come. */
  connection: "connecting" | "open" | "visiting" | "lost" | "ended";
}

/** What the stream says, or what becomes of the stream itself. */
export type RunLogEvent =
  | { type: "opened"; isVisit: boolean }
  | { type: "lost" }
  | { type: "run"; run: RunDetail }
  | { type: "phase"; phase: RunPhase }
  | { type: "end"; end: RunEnd }
  | ProgressEvent
  | LogEvent;

/** A run nothing was heard of yet. */
export function startRunLog(run: RunDetail): RunLog {
  return { run, connection: "connecting" };
}

/** Takes what came in since the last time. Pure; the very same object where only lines came, so that nothing is drawn anew. */
export function reduceRunLog(log: RunLog, events: readonly RunLogEvent[]): RunLog {
  return events.reduce(reduceOne, log);
}

function reduceOne(log: RunLog, event: RunLogEvent): RunLog {
  switch (event.type) {
    case "opened":
      return { ...log, connection: event.isVisit ? "visiting" : "open" };
    case "lost":
      return log.connection === "ended" ? log : { ...log, connection: "lost" };
    case "run":
      return { ...log, run: event.run };
    case "phase":
      return changePhase(log, event.phase.id, event.phase);
    case "progress": {
      const { done, total, rowsPerSecond, etaSeconds } = event;
      return changePhase(log, event.phase, { done, total, rowsPerSecond, etaSeconds });
    }
    case "end":
      return { ...log, connection: "ended", run: { ...log.run, ...event.end } };
    case "log":
      return log;
    default:
      return event satisfies never;
  }
}

function changePhase(log: RunLog, id: RunPhase["id"] | null, change: Partial<RunPhase>): RunLog {
  const phases = log.run.phases.map((phase) => (phase.id === id ? { ...phase, ...change } : phase));
  return { ...log, run: { ...log.run, phases } };
}
