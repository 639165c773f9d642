import { expect, test } from "vitest";
import { cutToWidth, formatBytes, formatCount, formatDuration, formatShare, toTable } from "@/lib/cli/text";

test("writes numbers with their units", () => {
  expect([formatCount(1_682_827), formatCount(null)]).toEqual(["1,682,827", "-"]);
  expect([formatShare(1, 3), formatShare(0, 0)]).toEqual(["33.3 %", "-"]);
  expect([12, 12_345, 245_000, 7_380_000].map(formatDuration)).toEqual(["12 ms", "12.3 s", "4 min 5 s", "2 h 3 min"]);
  expect([0, 1_023, 36_700_160, 9_019_431_321].map(formatBytes)).toEqual([
    "0 bytes",
    "1023 bytes",
    "35.0 MB",
    "8.4 GB",
  ]);
});

test("aligns columns whatever their colour", () => {
  const rows = [
    ["a", "1", "x"],
    ["\u001b[31mlong\u001b[39m", "22", ""],
  ];
  expect(toTable(rows, { right: [1] })).toEqual(["a      1  x", "\u001b[31mlong\u001b[39m  22"]);
});

test("cuts a line to what is seen of it, and ends every colour", () => {
  expect(cutToWidth("\u001b[31mlong\u001b[39m line", 6)).toBe("\u001b[31mlong\u001b[39m l");
  expect(cutToWidth("\u001b[31mlong\u001b[39m line", 2)).toBe("\u001b[31mlo\u001b[39m");
  expect(cutToWidth("short", 80)).toBe("short");
});
