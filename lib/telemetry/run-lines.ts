import type { RunEvent } from "@/lib/contract";
import type { ProcessLog } from "@/lib/telemetry/process-log";

/** Hears what a run of this process says, event by event. */
export type RunListener = (event: RunEvent) => void;

/**
 * Writes what runs say into the log of the process that executes them, each line with the id of its run. For runs one after
 * the other, as a worker executes them.
 */
export function logRuns(log: ProcessLog): RunListener {
  let own = log;
  return (event) => {
    switch (event.type) {
      case "run-started":
        own = log.child({ runId: event.runId, kind: event.kind });
        return own.info({ resumed: event.resumed }, `Run ${event.runId} (${event.kind}) begins in this process`);
      case "log":
        return own[event.level]({ phase: event.phase, seq: event.seq }, event.message);
      case "progress":
        return own.debug(withoutType(event), "Progress");
      case "phase-started":
        return own.debug({ phase: event.phase }, "Phase begins");
      case "phase-finished":
        return own.info(withoutType(event), `Phase ${event.phase} done`);
      case "run-finished": {
        const { runId, status, durationMs, error } = event;
        const level = status === "failed" ? "error" : status === "succeeded" ? "info" : "warn";
        return own[level]({ status, durationMs, sqlstate: error?.sqlstate ?? null }, `Run ${runId} ${status}`);
      }
      default:
        event satisfies never;
    }
  };
}

function withoutType<T extends { type: string }>({ type: _type, ...fields }: T): Omit<T, "type"> {
  return fields;
}
