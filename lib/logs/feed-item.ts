import type { LogEvent, ProgressEvent, RunDetail, RunEnd, RunPhase } from "@/lib/contract";

/** What a follower of a run hears; its payloads are the shapes of `streamEvent` in contract.ts. */
export type FeedItem =
  | { type: "run"; run: RunDetail }
  | LogEvent
  | ProgressEvent
  | { type: "phase"; phase: RunPhase }
  | ({ type: "end" } & RunEnd);

/**
 * What changed between two readings of a run: `phase` where its state or times moved, `progress` where only its figures
 * did, then `run` where the run itself did. Pure.
 */
export function toChanges(before: RunDetail, after: RunDetail): FeedItem[] {
  const items = after.phases.flatMap((phase, index): FeedItem[] => {
    const earlier = before.phases[index];
    if (earlier === undefined || !isSame(toMilestones(earlier), toMilestones(phase))) return [{ type: "phase", phase }];
    if (isSame(earlier, phase)) return [];
    const { id, done, total, rowsPerSecond, etaSeconds } = phase;
    return [{ type: "progress", phase: id, done, total, rowsPerSecond, etaSeconds, slowBecause: after.slowBecause }];
  });
  return isSame(toOwnFacts(before), toOwnFacts(after)) ? items : [...items, { type: "run", run: after }];
}

function toMilestones({ id, state, startedAt, finishedAt, durationMs, rows }: RunPhase) {
  return { id, state, startedAt, finishedAt, durationMs, rows };
}

/** What is not told otherwise: phases and lines have items of their own, and the duration runs by itself. */
function toOwnFacts({ phases: _phases, lastSeq: _lastSeq, durationMs: _durationMs, ...facts }: RunDetail) {
  return facts;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
