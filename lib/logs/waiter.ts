/** Remembers a ring that comes while nobody waits, so that "read, then wait" misses nothing. */
export interface Waiter {
  /** Forgets earlier rings; call it before the read that they would announce. */
  arm(): void;
  ring(): void;
  /** Ends at the first ring since `arm`, after `timeoutMs`, or when the signal aborts. */
  wait(timeoutMs: number): Promise<void>;
  /** Ends after `durationMs` or when the signal aborts; rings meanwhile are remembered. */
  pause(durationMs: number): Promise<void>;
}

/** A waiter for one follower, who waits for one thing at a time. */
export function createWaiter(signal: AbortSignal): Waiter {
  let isRung = false;
  let wake: (() => void) | null = null;

  function sleep(durationMs: number, onWakeable: (end: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        wake = null;
        resolve();
      };
      const timer = setTimeout(end, durationMs);
      signal.addEventListener("abort", end);
      onWakeable(end);
    });
  }

  return {
    arm() {
      isRung = false;
    },
    ring() {
      isRung = true;
      wake?.();
    },
    async wait(timeoutMs) {
      if (isRung || signal.aborted) return;
      await sleep(timeoutMs, (end) => {
        wake = end;
      });
    },
    async pause(durationMs) {
      if (signal.aborted) return;
      await sleep(durationMs, () => {});
    },
  };
}
