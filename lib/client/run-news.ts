import type { Pulse, RunKind, RunStatus } from "@/lib/contract";

type NewestRun = Pulse["run"];

const NOUNS: Record<RunKind, string> = {
  migrate: "the migration",
  "catch-up": "a catch-up",
  reset: "a reset to v15",
  verify: "a verification",
};

/** What a change to each status is worth saying; null: it is on its way to another one. */
const SENTENCES: Record<RunStatus, string | null> = {
  queued: null,
  running: "goes on",
  pausing: null,
  paused: "is paused",
  cancelling: null,
  cancelled: "was cancelled",
  interrupted: "was interrupted",
  failed: "has failed",
  succeeded: "has succeeded",
};

/**
 * What happened between two readings, as a sentence to be read aloud; null where nothing did that is worth interrupting
 * for. A reading without a run says nothing: the database may just not have answered. Pure.
 */
export function toRunNews(before: NewestRun, now: NewestRun): string | null {
  if (now === null || (before?.id === now.id && before.status === now.status)) return null;
  const { id, kind, status } = now;
  const sentence = SENTENCES[status];
  if (before?.id !== now.id) {
    return status === "queued" || status === "running"
      ? `Run ${id} has started: ${NOUNS[kind]}.`
      : `Run ${id}, ${NOUNS[kind]}, ${sentence ?? `is ${status}`}.`;
  }
  // A worker took it: that was said when it was queued.
  return sentence === null || (before.status === "queued" && status === "running") ? null : `Run ${id} ${sentence}.`;
}
