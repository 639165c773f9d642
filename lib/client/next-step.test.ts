import { expect, test } from "vitest";
import { toNextStep, toNotNow, whyNotMigrate } from "@/lib/client/next-step";
import { type ActiveRun, type Finding, PHASE_IDS, type RunSummary, type Status } from "@/lib/contract";

const aStatus = (change: Partial<Status> = {}, open = 0): Status => ({
  database: { name: "cowrie", host: "127.0.0.1", port: 5432, user: "cowrie", schema: "public", server: "18.4" },
  version: { recorded: "15", observed: "v15", target: 16 },
  verdict: "ready",
  message: null,
  phases: PHASE_IDS.map((id, index) => ({
    ...{ number: index + 1, id, title: id, state: "pending", objects: { done: 0, total: 1 }, findings: [] },
    rows: { done: 100 - open, total: 100, exact: true, measuredAt: null },
  })),
  findings: [],
  activeRun: null,
  ...change,
});

const active = (status: ActiveRun["status"]): ActiveRun => ({
  ...{ id: 7, kind: "migrate", status, phase: null, startedAt: "2026-01-01T00:00:00.000Z", startedBy: "web" },
});

const ended = (status: RunSummary["status"], kind: RunSummary["kind"] = "migrate"): RunSummary => ({
  ...{ id: 6, kind, status, startedBy: "web", startedAt: "2026-01-01T00:00:00.000Z", finishedAt: null },
});

test.each<[string, Status, RunSummary | null, string]>([
  ["a v15 database", aStatus(), null, "migrate"],
  ["a run under way", aStatus({ activeRun: active("running") }), ended("succeeded"), "follow"],
  ["a run that is held", aStatus({ activeRun: active("paused") }), null, "resume"],
  ["a run that was interrupted", aStatus({ verdict: "partial" }), ended("interrupted"), "resume"],
  ["a reset that was interrupted, of which nothing happened", aStatus(), ended("interrupted", "reset"), "migrate"],
  ["a run that failed", aStatus({ verdict: "partial" }), ended("failed"), "migrate"],
  ["sessions that came since v16", aStatus({ verdict: "migrated" }, 3), ended("succeeded"), "catch-up"],
  ["a v16 that is whole", aStatus({ verdict: "migrated" }), ended("succeeded"), "coverage"],
])("%s: there is one next step, and what is not offered has a reason", (_name, status, newest, kind) => {
  const step = toNextStep(status, newest);
  expect(step.kind).toBe(kind);
  const offered = { migrate: "Run migration", "catch-up": "Catch up" }[kind as "migrate"];
  const refused = toNotNow(step);
  expect(refused.length > 0).toBe(status.activeRun === null);
  for (const { action, why } of refused) {
    expect(action).not.toBe(offered);
    expect(why).toMatch(/\.$/);
  }
});

test("a hazard that blocks is said at the button, with what to do; others are counted", () => {
  const hazard = (name: string, severity: Finding["severity"]): Finding => ({
    ...{ id: `hazard:hazard:${name}`, kind: "hazard", severity, phase: null, object: `hazard:${name}` },
    ...{ declared: null, live: null, message: `${name} is in the way.`, remedy: `Drop ${name}.` },
  });
  const step = toNextStep(
    aStatus({
      findings: [hazard("a view", "error"), hazard("an old transaction", "warning"), hazard("a rule", "error")],
    }),
    null,
  );
  expect(step.kind === "migrate" && whyNotMigrate(step.blocking)).toBe(
    "a view is in the way. Drop a view. And 1 more finding below.",
  );
  expect(whyNotMigrate([])).toBeNull();
});
