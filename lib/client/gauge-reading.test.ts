import { expect, test } from "vitest";
import { readGauge, shareAtHand, shareOfRun, toTabSign } from "@/lib/client/gauge-reading";
import { PHASE_IDS, type PhaseStatus, type RunDetail, type RunPhase, type Status } from "@/lib/contract";
import { aRunDetail, aRunPhase } from "@/lib/testing/run-detail";

const aPhase = (number: number, change: Partial<PhaseStatus> = {}): PhaseStatus => ({
  number,
  id: PHASE_IDS[number - 1] ?? "source-ip",
  title: `Phase ${number}`,
  state: "pending",
  objects: { done: 0, total: 10 },
  rows: null,
  findings: [],
  ...change,
});

const aStatus = (version: Partial<Status["version"]>, changes: Partial<PhaseStatus>[] = []): Status => ({
  database: { name: "cowrie", host: "127.0.0.1", port: 5432, user: "cowrie", schema: "public", server: "18.4" },
  version: { recorded: "15", observed: "v15", target: 16, ...version },
  verdict: "ready",
  message: null,
  phases: [1, 2, 3, 4, 5].map((number) => aPhase(number, changes[number - 1])),
  findings: [],
  activeRun: null,
});

const aRun = (status: RunDetail["status"], changes: Partial<RunPhase>[]): RunDetail =>
  aRunDetail({
    status,
    phases: PHASE_IDS.map((id, index) => aRunPhase({ id, title: `Phase ${index + 1}`, ...changes[index] })),
  });

test("marks the end of the first stretch that is right without a hole", () => {
  const rows = { done: 712, total: 1_000, exact: true, measuredAt: null };
  const reading = readGauge(
    aStatus({ observed: "partial" }, [
      { state: "partial", objects: { done: 9, total: 10 }, rows },
      {},
      { state: "partial", objects: { done: 10, total: 20 } },
    ]),
    null,
  );
  expect(reading.observedAt).toBeCloseTo(0.1424);
  expect(reading.cells.map(({ figure, word }) => `${figure} ${word}`.trim())).toEqual([
    "71.2 %",
    "pending",
    "10 / 20 objects",
    "pending",
    "pending",
  ]);
  expect(reading.detail).toBe(", phase 1 at 71.2 %, parts of phase 3");
});

test("never shows a running phase, or the whole, as all of it", () => {
  const run = aRun("running", [
    { state: "complete", durationMs: 1_000 },
    { state: "complete", durationMs: 1_000 },
    { state: "complete", durationMs: 1_000 },
    { state: "complete", durationMs: 1_000 },
    { state: "running", done: 2, total: 2 },
  ]);
  const reading = readGauge(aStatus({ observed: "partial" }), run);
  expect(reading.cells[4]).toMatchObject({ state: "running", figure: "99 %" });
  expect(reading.observedAt).toBeLessThan(1);
  expect(shareOfRun(run)).toBeLessThan(1);
  expect(shareOfRun({ ...run, status: "succeeded" })).toBe(1);
});

test("tells a phase that is held from one at work", () => {
  const phases: Partial<RunPhase>[] = [{ state: "running", done: 670, total: 1_000 }];
  const ofPhase = (status: RunDetail["status"]) => readGauge(aStatus({}), aRun(status, phases)).cells[0];
  expect(ofPhase("running")).toMatchObject({ state: "running", isHeld: false, figure: "67 %", word: "" });
  expect(ofPhase("paused")).toMatchObject({ state: "running", isHeld: true, figure: "67 %", word: "paused" });
});

test.each([
  ["running", { state: "running", done: 670, total: 1_000 }, "67 %"],
  ["running", { state: "running", done: null, total: null }, "phase 2"],
  ["running", { state: "waiting" }, "running"],
  ["paused", { state: "running", done: 670, total: 1_000 }, "paused"],
  ["queued", { state: "waiting" }, "queued"],
] as const)("a tab says of a run that is %s in its second phase, %o: %s", (status, phase, sign) => {
  const run = aRun(status, [{ state: "complete" }, phase]);
  expect(toTabSign(run)).toBe(sign);
});

test("gives the share of the phase at hand, not that of the whole run", () => {
  const run = aRun("running", [{ state: "complete" }, { state: "running", done: 670, total: 1_000 }]);
  expect(shareAtHand(run)).toBe(0.67);
  expect(shareAtHand(aRun("running", []))).toBeNull();
});

test("believes the database again as soon as the run is over", () => {
  const run = aRun("failed", [{ state: "complete", durationMs: 1 }]);
  expect(readGauge(aStatus({}), run).cells[0]?.state).toBe("pending");
});

test("puts a version above 16 at the right end and says so", () => {
  expect(readGauge(aStatus({ recorded: "17", observed: "partial" }), null)).toMatchObject({
    recorded: "v17",
    recordedAt: 1,
    isBeyond: true,
  });
});

test("says the whole reading in one sentence", () => {
  expect(readGauge(aStatus({}), null).sentence).toBe(
    "Recorded version 15. Observed state v15: all five phases pending.",
  );
});
