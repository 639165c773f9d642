import { expect, test } from "vitest";
import { formatOffset, toLogText } from "@/lib/client/log-text";

test("indents the second line of a message in a file, so that no message looks like two events", () => {
  const line = {
    type: "log",
    seq: 1,
    at: "2026-01-01T00:00:00.000Z",
    level: "warn",
    phase: null,
    message: "a\nb",
  } as const;
  expect(toLogText([line])).toBe("2026-01-01T00:00:00.000Z WARN  run: a\n    b\n");
});

test.each([
  [0, "+0:00.000"],
  [65_204, "+1:05.204"],
  [3_729_114, "+1:02:09.114"],
  [-1_500, "\u22120:01.500"],
])("says of %d ms since the run began %s", (ms, text) => {
  expect(formatOffset(ms)).toBe(text);
});
