import { afterEach, beforeEach, expect, vi } from "vitest";

/** An unexpected `console.error` fails the test: noise nobody reads hides the line that matters. */
beforeEach(() => {
  vi.spyOn(console, "error");
});

afterEach(() => {
  // biome-ignore lint/suspicious/noConsole: the guard is what watches it
  const lines = vi.mocked(console.error).mock.calls.map((call) => call.map(String).join(" "));
  // biome-ignore lint/suspicious/noConsole: the guard is what watches it
  vi.mocked(console.error).mockRestore();
  expect(lines, "unexpected console.error").toEqual([]);
});
