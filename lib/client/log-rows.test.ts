import { expect, test } from "vitest";
import { BLOCK_LINES, isDrawnWhole, rowOfLine, toLogRows, toRowKeys } from "@/lib/client/log-rows";

test("has a heading for each part, and blocks for what is open", () => {
  const rows = toLogRows([
    { isOpen: false, length: 9 },
    { isOpen: true, length: BLOCK_LINES + 1 },
  ]);
  expect(rows).toEqual([
    { kind: "heading", group: 0 },
    { kind: "heading", group: 1 },
    { kind: "block", group: 1, block: 0, length: BLOCK_LINES },
    { kind: "block", group: 1, block: 1, length: 1 },
  ]);
});

test("finds the row of a line, and none for one that is folded away", () => {
  const rows = toLogRows([
    { isOpen: false, length: 9 },
    { isOpen: true, length: 3 * BLOCK_LINES },
  ]);
  expect(rowOfLine(rows, 1, 0)).toBe(2);
  expect(rowOfLine(rows, 1, 2 * BLOCK_LINES)).toBe(4);
  expect(rowOfLine(rows, 0, 3)).toBe(-1);
});

test("draws a short log whole, and a long one whose lines are folded away", () => {
  expect(isDrawnWhole(toLogRows([{ isOpen: true, length: 500 }]))).toBe(true);
  expect(isDrawnWhole(toLogRows([{ isOpen: false, length: 100_000 }]))).toBe(true);
  expect(isDrawnWhole(toLogRows([{ isOpen: true, length: 100_000 }]))).toBe(false);
});

test("a row keeps its number while the log grows, and has another one when something else is shown", () => {
  const before = toLogRows([{ isOpen: true, length: BLOCK_LINES }]);
  const after = toLogRows([
    { isOpen: false, length: 9 },
    { isOpen: true, length: 2 * BLOCK_LINES },
  ]);
  const [heading, block] = toRowKeys(before, [4], 0);
  const grown = toRowKeys(after, [3, 4], 0);
  expect(grown.slice(1, 3)).toEqual([heading, block]);
  expect(new Set([...grown, ...toRowKeys(after, [3, 4], 1)]).size).toBe(8);
});
