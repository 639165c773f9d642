import type { Session } from "@/lib/cli/command";
import { plain } from "@/lib/cli/terminal";
import { formatDuration } from "@/lib/cli/text";
import type { RunDetail } from "@/lib/contract";
import { readRun } from "@/lib/migration";

/** How often is asked how the run stands, in milliseconds. */
const LOOK_INTERVAL_MS = 1_000;

/**
 * Tells why a run in the foreground makes no progress: paused from elsewhere, or waiting for a lock. Asks nothing where
 * nobody looks.
 *
 * @param runId null before the run has begun and after its end.
 * @param show gets the reason whenever it is another one; null once the run works again.
 */
export function watchStanding(
  session: Session,
  runId: () => number | null,
  show: (reason: string | null) => void,
): { stop(): void } {
  if (!session.terminal.hasFoot) return { stop() {} };
  let shown: string | null = null;
  let isStopped = false;

  async function look(): Promise<void> {
    const id = runId();
    if (id === null) return;
    const run = await readRun(await session.target(), id);
    if (isStopped || run === null) return;
    const text = describeStanding(run, Date.now());
    if (text !== shown) show(text);
    shown = text;
  }

  // The run itself says what becomes of the connection.
  const looking = setInterval(() => void look().catch(() => {}), LOOK_INTERVAL_MS);
  return {
    stop() {
      isStopped = true;
      clearInterval(looking);
    },
  };
}

/** `paused`, with the reason if it did so by itself, or who is in the way; null while the run works. Pure. */
export function describeStanding({ id, status, error, waiting }: RunDetail, now: number): string | null {
  if (status === "paused") {
    const why = error === null ? "" : `${[error.sqlstate, error.message].filter(Boolean).join(" ")}  `;
    return plain(`paused  ${why}tidemark resume ${id} lets it go on`);
  }
  if (status === "pausing" || status === "cancelling") return status;
  if (waiting === null) return null;
  const who = waiting.blockers.map(({ pid, application }) => `pid ${pid}${application ? ` (${application})` : ""}`);
  const since = formatDuration(Math.max(0, now - Date.parse(waiting.since)));
  return plain(`waiting for ${who.length === 0 ? "a lock" : who.join(", ")}, ${since}`);
}
