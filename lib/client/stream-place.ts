/**
 * Live streams that the tabs of a browser may hold at once. Over HTTP/1.1 a browser opens six connections to a host, and
 * pages, figures and buttons need theirs.
 */
const PLACES = 3;

/**
 * Takes one of the few places for a live stream, which all tabs of this browser share. The browser itself frees the
 * place of a tab that goes away.
 *
 * @returns frees the place; null when all are taken.
 */
export async function takeStreamPlace(): Promise<(() => void) | null> {
  // Missing outside secure contexts: there each tab in sight streams.
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return () => {};
  for (let place = 1; place <= PLACES; place += 1) {
    const free = await tryPlace(locks, `tidemark-stream-${place}`);
    if (free !== null) return free;
  }
  return null;
}

function tryPlace(locks: LockManager, name: string): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(null);
        // The lock is held until this promise is fulfilled.
        return new Promise<void>((free) => resolve(() => free()));
      })
      .catch(() => resolve(null));
  });
}
