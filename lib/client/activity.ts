/** For so long after the last key or pointer somebody counts as being there, in milliseconds. */
const ACTIVE_MS = 60_000;

const SIGNS = ["keydown", "pointerdown", "wheel"] as const;

let lastAt = Number.NEGATIVE_INFINITY;
let isWatching = false;

/** Whether somebody is at this page: what it reads by itself keeps no session alive, what it reads for somebody does. */
export function isSomebodyThere(): boolean {
  if (typeof window === "undefined") return false;
  if (!isWatching) {
    isWatching = true;
    for (const sign of SIGNS) {
      window.addEventListener(sign, () => (lastAt = performance.now()), { capture: true, passive: true });
    }
  }
  return performance.now() - lastAt < ACTIVE_MS;
}
