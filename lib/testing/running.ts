import type { RunEvent, RunKind, Speed } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { readDatabaseAddress } from "@/lib/db/client";
import { resetToEnd, runToEnd } from "@/lib/migration";
import type { RunOutcome } from "@/lib/migration/run/execution";

/** How a run of a test ended, with everything it said. */
export interface FinishedRun extends RunOutcome {
  events: RunEvent[];
  /** Messages of its log lines, in order. */
  lines: string[];
}

/** Migrates, or catches up, in this process, as the CLI would. */
export async function run(
  target: DatabaseTarget,
  options: {
    kind?: Exclude<RunKind, "verify" | "reset">;
    isStrict?: boolean;
    speed?: Speed;
    /** End of the maintenance window, as ISO 8601. */
    until?: string;
    recreatedDependents?: string[];
    retriesSetAside?: boolean;
    signal?: AbortSignal;
    onEvent?: (event: RunEvent) => void;
  } = {},
): Promise<FinishedRun> {
  const {
    kind = "migrate",
    signal = new AbortController().signal,
    isStrict = false,
    onEvent: listener,
    ...rest
  } = options;
  return collect(
    (onEvent) => runToEnd(target, { ...rest, kind, isStrict, startedBy: "cli", signal, onEvent }),
    listener,
  );
}

/** Resets to v15 in this process, confirmed with the right name. */
export function reset(target: DatabaseTarget): Promise<FinishedRun> {
  return collect((onEvent) =>
    resetToEnd(target, {
      confirm: readDatabaseAddress(target.connectionString).name,
      startedBy: "cli",
      signal: new AbortController().signal,
      onPreview: () => {},
      onEvent,
    }),
  );
}

async function collect(
  work: (onEvent: (event: RunEvent) => void) => Promise<RunOutcome>,
  listener: (event: RunEvent) => void = () => {},
): Promise<FinishedRun> {
  const events: RunEvent[] = [];
  const outcome = await work((event) => {
    events.push(event);
    listener(event);
  });
  return { ...outcome, events, lines: events.flatMap((event) => (event.type === "log" ? [event.message] : [])) };
}
