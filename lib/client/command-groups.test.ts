import { expect, test } from "vitest";
import { toCommandGroups } from "@/lib/client/command-groups";
import type { ActiveRun, RunSummary } from "@/lib/contract";

const NOW = Date.parse("2026-11-22T20:00:00.000Z");
const given = { activeRun: null, runs: [], areShortcutsOn: true, whyNotSteer: null, now: NOW };
const active = (status: ActiveRun["status"]): ActiveRun => ({
  ...{ id: 7, kind: "migrate", status, phase: null, startedAt: "2026-11-22T19:59:00.000Z", startedBy: "web" },
});
const labels = (group: string, more: Partial<Parameters<typeof toCommandGroups>[0]>) =>
  toCommandGroups({ ...given, ...more })
    .find(({ heading }) => heading === group)
    ?.commands.map(({ label }) => label);

test("offers only what may be asked for now", () => {
  expect(labels("Do", { activeRun: active("running") })).toEqual(["Follow run 7", "Pause run 7", "Cancel run 7…"]);
  expect(labels("Do", { activeRun: active("paused") })).toEqual(["Follow run 7", "Resume run 7"]);
  expect(labels("Do", { activeRun: active("cancelling") })).toEqual(["Follow run 7"]);
  expect(labels("Do", {})).toContain("Reset to v15…");
});

test("S2: says why somebody may not steer a run, and leaves every way to a page", () => {
  const [todo] = toCommandGroups({ ...given, activeRun: active("running"), whyNotSteer: "not yours" });
  expect(todo?.commands.map(({ effect, whyNot = null }) => [effect.kind, whyNot])).toEqual([
    ["go", null],
    ["pause", "not yours"],
    ["go", null],
  ]);
});

test("changes nothing by itself but what can be taken back", () => {
  const kinds = ["queued", "running", "paused"] as const;
  const effects = kinds
    .flatMap((status) => toCommandGroups({ ...given, activeRun: active(status) }))
    .concat(toCommandGroups(given))
    .flatMap(({ commands }) => commands.map(({ effect }) => effect.kind));
  expect(new Set(effects)).toEqual(new Set(["go", "pause", "resume", "theme", "shortcuts", "help"]));
});

test("lists the newest runs, and no empty heading", () => {
  const run = (id: number): RunSummary => ({
    ...{ id, kind: "migrate", status: "succeeded", finishedAt: null, startedBy: "cli" },
    startedAt: "2026-11-22T19:55:00.000Z",
  });
  const runs = [9, 8, 7, 6, 5, 4].map(run);
  expect(labels("Runs", { runs })).toEqual(["Run 9", "Run 8", "Run 7", "Run 6", "Run 5"]);
  expect(labels("Runs", {})).toBeUndefined();
  const [newest] = toCommandGroups({ ...given, runs }).find(({ heading }) => heading === "Runs")?.commands ?? [];
  expect(newest?.hint).toBe("migrate, succeeded, 5 min ago");
});

test("no two commands share a name: the list tells them apart by it", () => {
  const all = toCommandGroups({ ...given, activeRun: active("running") }).flatMap(({ commands }) => commands);
  expect(new Set(all.map(({ label }) => label)).size).toBe(all.length);
});
