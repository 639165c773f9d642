import pc from "picocolors";
import { expect, test } from "vitest";
import { createRunFoot } from "@/lib/cli/run-foot";
import type { ProgressEvent } from "@/lib/contract";

const colors = pc.createColors(false);
const progress: ProgressEvent = {
  type: "progress",
  phase: "session-snapshots",
  done: 500,
  total: 1_000,
  rowsPerSecond: null,
  etaSeconds: 3,
  slowBecause: null,
};

test("shows nothing of phases before one has begun: a reset has none", () => {
  const foot = createRunFoot({ colors, height: 40 });
  foot.take({ type: "run-started", runId: 7, kind: "reset", resumed: false });
  expect(foot.lines()).toEqual([]);
  foot.take({ ...progress, phase: null });
  expect(foot.lines()).toEqual(["run  ████████░░░░░░░░ 50 %  500 of 1,000  3.0 s left"]);
});

test("shows phases that overlap, and says below why the run stands", () => {
  const foot = createRunFoot({ colors, height: 40 });
  foot.take({ type: "phase-started", phase: "source-ip" });
  foot.take({ type: "phase-started", phase: "asn-inventory" });
  foot.take({ type: "phase-finished", phase: "asn-inventory", rows: 12, durationMs: 30 });
  foot.stand("paused  tidemark resume 7 lets it go on");
  expect(foot.lines()).toEqual([
    "● 1 source-ip",
    "✓ 2 asn-inventory      12 rows, 30 ms",
    "○ 3 ip-inventory     ",
    "○ 4 session-snapshots",
    "○ 5 foreign-keys     ",
    "paused  tidemark resume 7 lets it go on",
  ]);
});

test("shows only what is at work in a small window", () => {
  const foot = createRunFoot({ colors, height: 10 });
  foot.take({ type: "phase-finished", phase: "source-ip", rows: 12, durationMs: 30 });
  foot.take(progress);
  expect(foot.lines()).toEqual(["● 4 session-snapshots  ████████░░░░░░░░ 50 %  500 of 1,000  3.0 s left"]);
});

test("a phase that is done stays so, whatever figure comes late", () => {
  const foot = createRunFoot({ colors, height: 10 });
  foot.take({ type: "phase-finished", phase: "session-snapshots", rows: 12, durationMs: 30 });
  foot.take(progress);
  expect(foot.lines()).toEqual([]);
});
