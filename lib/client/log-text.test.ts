import { expect, test } from "vitest";
import { formatOffset, toDisplayText, toLogText } from "@/lib/client/log-text";

test.each([
  ["\u001b[31mred\u001b[0m", "␛[31mred␛[0m"],
  ["\u001b]0;title\u0007text", "␛]0;title␇text"],
  ["a\u0000b\rc", "a␀b␍c"],
  ["evil\u202etxt.exe", "evil<U+202E>txt.exe"],
  ["two\nlines\tkept", "two\nlines\tkept"],
  ["</script><img src=x onerror=alert(1)>", "</script><img src=x onerror=alert(1)>"],
])("shows %j as text that stays where it is", (message, shown) => {
  expect(toDisplayText(message)).toBe(shown);
});

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
