import { expect, onTestFinished, test, vi } from "vitest";
import { takeStreamPlace } from "@/lib/client/stream-place";

/** The lock manager of a browser, as far as it is used. Source: W3C Web Locks API, `ifAvailable`. */
function aBrowser() {
  const held = new Set<string>();
  const request = async (name: string, _options: unknown, callback: (lock: unknown) => unknown) => {
    if (held.has(name)) return callback(null);
    held.add(name);
    await callback({ name });
    held.delete(name);
  };
  vi.stubGlobal("navigator", { locks: { request } });
  onTestFinished(() => void vi.unstubAllGlobals());
}

test("gives a few places and no more, and a place that was freed again", async () => {
  aBrowser();
  const places = [await takeStreamPlace(), await takeStreamPlace(), await takeStreamPlace()];
  expect(places.every((place) => place !== null)).toBe(true);
  expect(await takeStreamPlace()).toBeNull();
  places[1]?.();
  await vi.waitFor(async () => expect(await takeStreamPlace()).not.toBeNull());
});

test("without locks, as outside a secure context, every tab has a place", async () => {
  vi.stubGlobal("navigator", {});
  onTestFinished(() => void vi.unstubAllGlobals());
  for (let tab = 0; tab < 8; tab += 1) expect(await takeStreamPlace()).not.toBeNull();
});
