import { constants } from "node:os";

/** What SIGINT and SIGTERM do to a command. */
export interface Interruption {
  /** Aborts at the first of them. */
  readonly signal: AbortSignal;
  /** Replaces what happens before a second one ends the process where it stands. */
  beforeForcedExit(work: () => void): void;
}

/** Listens for SIGINT and SIGTERM: the first asks to stop, the second ends the process with exit code 130. */
export function listenForInterruption(): Interruption {
  const stopping = new AbortController();
  let lastWords = () => {};

  function onSignal() {
    if (!stopping.signal.aborted) return stopping.abort();
    lastWords();
    process.exit(128 + constants.signals.SIGINT);
  }

  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: stopping.signal,
    beforeForcedExit(work) {
      lastWords = work;
    },
  };
}
