import { expect, test, vi } from "vitest";
import { createLogBook, indexOfSeq } from "@/lib/client/log-book";
import type { LogEvent, PhaseId } from "@/lib/contract";
import { aRunDetail, aRunPhase } from "@/lib/testing/run-detail";

const at = (seq: number) => `2026-01-01T00:00:${String(seq).padStart(2, "0")}.000Z`;
const line = (seq: number, phase: PhaseId | null = null, level: LogEvent["level"] = "info"): LogEvent => ({
  type: "log",
  seq,
  at: at(seq),
  level,
  phase,
  message: `Line ${seq}`,
});
const running = aRunDetail({ phases: [aRunPhase({ state: "running", startedAt: at(1) })] });
const finished = aRunDetail({ phases: [aRunPhase({ state: "complete", startedAt: at(1), finishedAt: at(3) })] });

test("holds each line once, however often a reconnect repeats it", () => {
  const book = createLogBook(running);
  book.append([line(1), line(2)]);
  book.append([line(2), line(3), line(3)]);
  expect(book.lines.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test("tells its readers of new lines, and of nothing else", () => {
  const book = createLogBook(running);
  const told = vi.fn();
  const leave = book.subscribe(told);
  book.append([line(1)]);
  expect(told).toHaveBeenCalledTimes(1);
  book.append([line(1)]);
  book.append([]);
  book.arrange({ ...running, phases: running.phases.map((phase) => ({ ...phase, done: 7 })) });
  expect(told).toHaveBeenCalledTimes(1);
  leave();
  book.append([line(2)]);
  expect(told).toHaveBeenCalledTimes(1);
});

test("keeps the lists it has while lines come, so that a line costs what it is", () => {
  const book = createLogBook(running);
  book.append([line(1, "source-ip")]);
  const { lines, groups } = book;
  book.append([line(2, "source-ip")]);
  expect(book.lines).toBe(lines);
  expect(book.groups).toBe(groups);
  expect(groups[1]?.lines).toHaveLength(2);
});

test("puts lines elsewhere once the phase they were taken to belong to has ended before them", () => {
  const book = createLogBook(running);
  book.append([line(2, "source-ip"), line(4)]);
  expect(book.groups.map(({ lines }) => lines.length)).toEqual([0, 2, 0]);
  const { arrangement } = book;
  book.arrange(finished);
  expect(book.groups.map(({ lines }) => lines.length)).toEqual([0, 1, 1]);
  expect(book.arrangement).toBeGreaterThan(arrangement);
  expect([0, 1].map(book.placeOf)).toEqual([1, 2]);
});

test("counts warnings and errors, of each part and of all", () => {
  const book = createLogBook(finished);
  book.append([line(1, "source-ip", "warn"), line(2, "source-ip", "error"), line(4, null, "error")]);
  book.arrange(running);
  book.arrange(finished);
  expect(book).toMatchObject({ warnings: 1, errors: 2 });
  expect(book.groups.map(({ warnings, errors }) => [warnings, errors])).toEqual([
    [0, 0],
    [1, 1],
    [0, 1],
  ]);
});

test.each([
  [0, 0],
  [1, 0],
  [5, 1],
  [6, 2],
  [99, 3],
])("finds where line %d stands or would stand", (seq, index) => {
  expect(indexOfSeq([line(1), line(5), line(9)], seq)).toBe(index);
});
