import { expect, test } from "vitest";
import { toPlanOccasion } from "@/lib/client/plan-options";
import { toPlanVerdict } from "@/lib/client/plan-verdict";
import type { ActiveRun, PlannedStep, Status } from "@/lib/contract";

const status = (more: Partial<Status> = {}, done = 0): Status => ({
  ...{ database: { name: "d", host: "h", port: 1, user: "u", schema: "public", server: "18" }, message: null },
  ...{ version: { recorded: "15", observed: "v15", target: 16 }, verdict: "ready", findings: [], activeRun: null },
  phases: [
    {
      ...{ number: 1, id: "source-ip", title: "Source IP", state: "pending", rows: null, findings: [] },
      objects: { done, total: 5 },
    },
  ],
  ...more,
});
const run = (phase: ActiveRun["phase"]): ActiveRun => ({
  ...{ id: 3, kind: "migrate", status: "running", phase, startedAt: "", startedBy: "" },
});

test("a plan is read again when the catalog changes, and during a run only from phase to phase and when it is held", () => {
  expect(toPlanOccasion(status())).toBe(toPlanOccasion(status()));
  expect(toPlanOccasion(status({}, 1))).not.toBe(toPlanOccasion(status()));
  const sweeping = status({ activeRun: run("source-ip") });
  expect(toPlanOccasion({ ...sweeping, ...status({ activeRun: run("source-ip") }, 4) })).toBe(toPlanOccasion(sweeping));
  expect(toPlanOccasion(status({ activeRun: run("asn-inventory") }))).not.toBe(toPlanOccasion(sweeping));
  const held = status({ activeRun: { ...run("source-ip"), status: "paused" } });
  expect(toPlanOccasion(held)).not.toBe(toPlanOccasion(sweeping));
});

test("says what the steps are for", () => {
  const steps = Array<PlannedStep>(2).fill({
    ...{ id: "a:", phase: "source-ip", kind: "sweep", sql: [], lock: null, rows: 1, seconds: 1 },
  });
  const title = (value: Status, planned = steps) => toPlanVerdict(value, planned).title;
  expect(title(status())).toBe("2 steps from v15 to v16");
  expect(title(status({ verdict: "partial" }))).toBe("2 steps left to v16");
  expect(title(status({ verdict: "migrated" }))).toBe("2 steps for what came since v16");
  expect(title(status({ verdict: "migrated" }), [])).toBe("Nothing to do");
  expect(title(status({ verdict: "partial" }), [])).toBe("No step left, but 15 is recorded");
  expect(title(status({ activeRun: run(null) }))).toBe("Run 3 is under way: 2 steps left");
  expect(title(status({ activeRun: { ...run(null), status: "paused" } }))).toBe("Run 3 is paused: 2 steps left");
  expect(toPlanVerdict(status({ verdict: "partial" }), steps, 4).title).toBe("Run 4 was interrupted: 2 steps left");
  expect(title(status({ verdict: "drifted", version: { recorded: "17", observed: "partial", target: 16 } }))).toBe(
    "2 steps to make the recorded v17 true",
  );
});
