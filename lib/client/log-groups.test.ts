import { expect, test } from "vitest";
import { isShown, toLogGroups } from "@/lib/client/log-groups";
import type { LogEvent, PhaseId, RunDetail } from "@/lib/contract";

const line = (seq: number, phase: PhaseId | null, level: LogEvent["level"] = "info"): LogEvent => ({
  type: "log",
  seq,
  at: "2026-01-01T00:00:00.000Z",
  level,
  phase,
  message: `Line ${seq}`,
});
const phase = (id: PhaseId, title: string) => ({
  id,
  title,
  state: "waiting" as const,
  startedAt: null,
  finishedAt: null,
  durationMs: null,
  rows: null,
  done: null,
  total: null,
  rowsPerSecond: null,
  etaSeconds: null,
});
const run: RunDetail = {
  id: 1,
  kind: "migrate",
  status: "running",
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  startedBy: "web",
  cause: null,
  phase: null,
  durationMs: null,
  error: null,
  phases: [phase("source-ip", "Source IP"), phase("asn-inventory", "ASN inventory")],
  lastSeq: 0,
  isUnclaimed: false,
  setAside: [],
  speed: "normal",
  until: null,
  waiting: null,
};
const shape = (groups: ReturnType<typeof toLogGroups>) =>
  groups.map(({ title, lines }) => [title, lines.map(({ seq }) => seq)]);

test("keeps the lines of phases that overlap apart, and puts preflight and verdict around them", () => {
  const lines = [line(1, null), line(2, "source-ip"), line(3, "asn-inventory"), line(4, "source-ip"), line(5, null)];
  expect(shape(toLogGroups(run, lines))).toEqual([
    ["Preflight", [1]],
    ["1 Source IP", [2, 4]],
    ["2 ASN inventory", [3]],
    ["Verdict", [5]],
  ]);
});

test("shows a run without phases as one group", () => {
  expect(shape(toLogGroups({ ...run, kind: "reset", phases: [] }, [line(1, null)]))).toEqual([["Reset to v15", [1]]]);
});

test.each([
  ["all", "", ["info", "warn", "error"]],
  ["warn", "", ["warn", "error"]],
  ["error", "", ["error"]],
  ["all", "LINE 1", ["info", "warn", "error"]],
  ["all", "line 2", []],
] as const)("with level %s and search %j shows %j", (level, search, shown) => {
  const levels = (["info", "warn", "error"] as const).filter((one) => isShown(line(1, null, one), { search, level }));
  expect(levels).toEqual(shown);
});
