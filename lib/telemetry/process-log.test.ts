import { expect, onTestFinished, test, vi } from "vitest";
import type { RunEvent } from "@/lib/contract";
import { redact, redactOutput } from "@/lib/redact";
import { openProcessLog } from "@/lib/telemetry/process-log";
import { logRuns } from "@/lib/telemetry/run-lines";
import { aStream } from "@/lib/testing/captured-stream";

const parse = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line): Record<string, unknown> => JSON.parse(line));

const EVENTS: RunEvent[] = [
  { type: "run-started", runId: 7, kind: "migrate", resumed: false },
  {
    type: "log",
    seq: 1,
    at: "2026-01-01T02:00:00.000Z",
    level: "warn",
    phase: "source-ip",
    message: "waiting for pid 4711",
  },
  { type: "progress", phase: "source-ip", done: 1, total: 2, rowsPerSecond: null, etaSeconds: null, slowBecause: null },
  {
    type: "run-finished",
    runId: 7,
    status: "failed",
    durationMs: 1,
    error: { sqlstate: "55P03", message: "m", statement: "s", remedy: null },
  },
];

test("every line of a run is one JSON object with the id of the run, its level and where it comes from", () => {
  const sink = aStream();
  EVENTS.forEach(logRuns(openProcessLog("worker", sink)));
  expect(parse(sink.text())).toMatchObject([
    { level: "info", process: "worker", pid: process.pid, runId: 7, msg: "Run 7 (migrate) begins in this process" },
    {
      level: "warn",
      runId: 7,
      phase: "source-ip",
      seq: 1,
      msg: "waiting for pid 4711",
      time: expect.stringMatching(/Z$/),
    },
    { level: "error", runId: 7, status: "failed", sqlstate: "55P03" },
  ]);
});

test("on a terminal, or where it is wanted, lines are for a person, and no terminal obeys them", () => {
  const screen = aStream(true);
  const log = openProcessLog("web", screen);
  logRuns(log)(EVENTS[0] as RunEvent);
  log.warn("\u001b[31mred\u202e");
  expect(screen.text()).toMatch(
    /^\S+Z info run 7: Run 7 \(migrate\) begins in this process\n\S+Z warn ␛\[31mred<U\+202E>\n$/,
  );

  vi.stubEnv("TIDEMARK_LOG_FORMAT", "json");
  onTestFinished(() => void vi.unstubAllEnvs());
  const asked = aStream(true);
  openProcessLog("web", asked).warn("\u202e\u009b");
  expect(asked.text()).toContain("\\u202e\\u009b");
  expect(parse(asked.text())).toMatchObject([{ msg: "\u202e\u009b" }]);
});

test("S22: what is logged passes the sink that masks secrets, and of an error only what may be told is logged", () => {
  const sink = aStream();
  redactOutput([sink as unknown as NodeJS.WriteStream], redact);
  const cause = Object.assign(new Error("password authentication failed for postgres://anna:canary-4711@db/cowrie"), {
    code: "28P01",
    detail: "Failing row contains (canary-4711)",
    connectionString: "postgres://anna:canary-4711@db/cowrie",
  });
  openProcessLog("web", sink).error({ err: cause }, "cannot connect to postgres://anna:canary-4711@db/cowrie");
  expect(sink.text()).not.toContain("canary-4711");
  expect(parse(sink.text())).toMatchObject([
    { err: { sqlstate: "28P01" }, msg: "cannot connect to postgres://anna:***@db/cowrie" },
  ]);
});
