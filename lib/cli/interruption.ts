import { constants } from "node:os";

/** What SIGINT and SIGTERM do to a command. */
export interface Interruption {
  /** Aborts at the first of them: finish the batch at hand and stop. */
  readonly signal: AbortSignal;
  /** Aborts at the second: the statement at hand is cancelled through the server. */
  readonly urgent: AbortSignal;
  /** Replaces what happens before a third one ends the process where it stands. */
  beforeForcedExit(work: () => void): void;
}

/** A terminal tells the whole process group of Ctrl-C and npm passes it on: within this time, in milliseconds, one press. */
const SAME_PRESS_MS = 250;

/** Listens for SIGINT and SIGTERM: two of them ask to stop, a third one ends the process with exit code 130. */
export function listenForInterruption(): Interruption {
  const stopping = new AbortController();
  const urging = new AbortController();
  let lastWords = () => {};
  let pressedAt = Number.NEGATIVE_INFINITY;

  function onSignal() {
    const isSamePress = performance.now() - pressedAt < SAME_PRESS_MS;
    pressedAt = performance.now();
    if (isSamePress) return;
    if (!stopping.signal.aborted) return stopping.abort();
    if (!urging.signal.aborted) return urging.abort();
    lastWords();
    process.exit(128 + constants.signals.SIGINT);
  }

  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: stopping.signal,
    urgent: urging.signal,
    beforeForcedExit(work) {
      lastWords = work;
    },
  };
}
