import { expect, test } from "vitest";
import { createLogBook } from "@/lib/client/log-book";
import type { LogEvent, PhaseId, RunDetail } from "@/lib/contract";
import { aRunDetail, aRunPhase } from "@/lib/testing/run-detail";

const at = (seq: number) => `2026-01-01T00:00:${String(seq).padStart(2, "0")}.000Z`;
const line = (seq: number, phase: PhaseId | null): LogEvent => ({
  type: "log",
  seq,
  at: at(seq),
  level: "info",
  phase,
  message: `Line ${seq}`,
});
const sourceIp = aRunPhase({ id: "source-ip", title: "Source IP" });
const asnInventory = aRunPhase({ id: "asn-inventory", title: "ASN inventory" });
const run = aRunDetail({
  phases: [
    { ...sourceIp, state: "complete", startedAt: at(2), finishedAt: at(4) },
    { ...asnInventory, state: "complete", startedAt: at(3), finishedAt: at(5) },
  ],
});

function shape(of: RunDetail, lines: LogEvent[]) {
  const book = createLogBook(of);
  book.append(lines);
  return book.groups.map((group) => [group.title, group.lines.map(({ seq }) => seq)]);
}

test("keeps the lines of phases that overlap apart, and puts preflight and verdict around them", () => {
  const lines = [line(1, null), line(2, "source-ip"), line(3, "asn-inventory"), line(4, "source-ip"), line(5, null)];
  expect(shape(run, lines)).toEqual([
    ["Preflight", [1]],
    ["1 Source IP", [2, 4]],
    ["2 ASN inventory", [3]],
    ["Verdict", [5]],
  ]);
});

test("leaves a pause, and the end of a run that was cancelled, where they were said", () => {
  const cancelled = aRunDetail({
    status: "cancelled",
    phases: [{ ...sourceIp, state: "running", startedAt: at(2) }, asnInventory],
  });
  const lines = [line(1, null), line(2, "source-ip"), line(3, null), line(4, "source-ip"), line(5, null)];
  expect(shape(cancelled, lines)).toEqual([
    ["Preflight", [1]],
    ["1 Source IP", [2, 3, 4, 5]],
    ["2 ASN inventory", []],
    ["Verdict", []],
  ]);
});

test("does not wait for phases that a catch-up never begins", () => {
  const [first] = run.phases;
  const caughtUp = aRunDetail({ kind: "catch-up", phases: first === undefined ? [] : [first, asnInventory] });
  expect(shape(caughtUp, [line(2, "source-ip"), line(6, null)]).at(-1)).toEqual(["Verdict", [6]]);
});

test("shows a run without phases as one group", () => {
  expect(shape({ ...run, kind: "reset", phases: [] }, [line(1, null)])).toEqual([["Reset to v15", [1]]]);
});
