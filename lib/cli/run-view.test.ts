import { expect, test } from "vitest";
import type { Session } from "@/lib/cli/command";
import { runInForeground } from "@/lib/cli/run-view";
import { createTerminal } from "@/lib/cli/terminal";
import type { RunEvent } from "@/lib/contract";
import { RefusalError } from "@/lib/refusal";
import { aStream } from "@/lib/testing/captured-stream";

function aSession({ isJson = true, isTTY = false } = {}) {
  const stdout = aStream(isTTY);
  const stderr = aStream(isTTY);
  const [stop, urge] = [new AbortController(), new AbortController()];
  let lastWords = () => {};
  const session: Session = {
    terminal: createTerminal({ isJson, stdout, stderr }),
    signal: stop.signal,
    urgent: urge.signal,
    target: () => Promise.reject(new Error("not of this test")),
    beforeForcedExit(work) {
      lastWords = work;
    },
  };
  const events = () =>
    stdout
      .text()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as RunEvent);
  return { session, stdout, stderr, stop, urge, events, forceExit: () => lastWords() };
}

const started: RunEvent = { type: "run-started", runId: 7, kind: "migrate", resumed: false };
const finished: RunEvent = { type: "run-finished", runId: 7, status: "succeeded", durationMs: 3, error: null };

test("prints the events of a run that succeeds, and run-finished once", async () => {
  const { session, events } = aSession();
  const exitCode = await runInForeground(session, async (onEvent) => {
    onEvent(started);
    onEvent(finished);
    return { status: "succeeded", error: null };
  });
  expect(exitCode).toBe(0);
  expect(events()).toEqual([started, finished]);
});

test("ends with run-finished when the run throws after it began", async () => {
  const { session, events } = aSession();
  const exitCode = await runInForeground(session, async (onEvent) => {
    onEvent(started);
    throw Object.assign(new Error("could not extend file"), { code: "53100" });
  });
  expect(exitCode).toBe(1);
  expect(events().at(-1)).toMatchObject({
    type: "run-finished",
    runId: 7,
    status: "failed",
    error: { sqlstate: "53100", message: "could not extend file" },
  });
});

test("passes a refusal through and prints no event", async () => {
  const { session, stdout } = aSession();
  const refusal = new RefusalError("active-run", "busy", "wait");
  await expect(runInForeground(session, () => Promise.reject(refusal))).rejects.toBe(refusal);
  expect(stdout.text()).toBe("");
});

test("exits 130 when a signal interrupted the run, and 0 when the run was done by then", async () => {
  for (const [status, expected] of [
    ["interrupted", 130],
    ["succeeded", 0],
  ] as const) {
    const { session, stop } = aSession();
    const exitCode = await runInForeground(session, async (onEvent) => {
      onEvent(started);
      stop.abort();
      return { status, error: null };
    });
    expect(exitCode).toBe(expected);
  }
});

test("says what one more signal does, once the run has begun and while it goes on", async () => {
  const { session, stderr, stop, urge } = aSession();
  await runInForeground(session, async (onEvent) => {
    onEvent(started);
    stop.abort();
    expect(stderr.text()).toMatch(/after the batch at hand.*cancels the statement/);
    urge.abort();
    expect(stderr.text()).toMatch(/Cancelling the statement.*ends the process/);
    return { status: "interrupted", error: null };
  });
});

test("exits 1 when the run was cancelled from elsewhere, with cancelled as its last word", async () => {
  const { session, events } = aSession();
  const exitCode = await runInForeground(session, async (onEvent) => {
    onEvent(started);
    return { status: "cancelled", error: null };
  });
  expect([exitCode, events().at(-1)]).toMatchObject([1, { type: "run-finished", status: "cancelled", error: null }]);
});

test("has run-finished as its last line even when a third signal ends the process", async () => {
  const { session, events, forceExit } = aSession();
  void runInForeground(session, (onEvent) => {
    onEvent(started);
    return new Promise(() => {});
  });
  forceExit();
  expect(events()).toMatchObject([started, { type: "run-finished", runId: 7, status: "interrupted" }]);
});

test("shows a person log lines without what a terminal would obey, and the failure whole", async () => {
  const { session, stdout, stderr } = aSession({ isJson: false });
  const error = { sqlstate: "23505", message: "duplicate key", statement: "create unique index x", remedy: "Look." };
  await runInForeground(session, async (onEvent) => {
    onEvent(started);
    const at = "2026-01-01T02:00:00.120Z";
    onEvent({ type: "log", seq: 1, at, level: "info", phase: null, message: "drop view\n  \u001b[2Jx" });
    onEvent({ ...finished, status: "failed", error });
    return { status: "failed", error };
  });
  expect(stdout.text()).toBe(
    `Run 7: migrate\n02:00:00.120 info  drop view\n${" ".repeat(21)}␛[2Jx\nRun 7 failed after 3 ms.\n`,
  );
  expect(stderr.text()).toBe("duplicate key (23505)\n  statement: create unique index x\n  Look.\n");
});

const progress: Extract<RunEvent, { type: "progress" }> = {
  type: "progress",
  phase: "source-ip",
  done: 1_000,
  total: 1_000,
  rowsPerSecond: 500.4,
  etaSeconds: 0,
  slowBecause: null,
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
const withoutColours = (text: string) => text.replace(/\u001b\[\d+m/g, "");

test("keeps the phases and a bar at the foot where a person looks, and never full before it is done", async () => {
  const { session, stdout, stderr } = aSession({ isJson: false, isTTY: true });
  await runInForeground(session, async (onEvent) => {
    onEvent(started);
    expect(stderr.text()).toBe("");
    onEvent({ type: "phase-started", phase: "source-ip" });
    onEvent(progress);
    expect(stderr.text()).toContain("99 %  1,000 of 1,000  500 rows/s");
    onEvent({ ...progress, done: 500, slowBecause: "replica r1 is 12 s behind (limit 10 s)" });
    expect(stderr.text()).toMatch(
      /1 source-ip .*50 %[\s\S]*5 foreign-keys[\s\S]*slow because replica r1 is 12 s behind/,
    );
    onEvent({ type: "phase-finished", phase: "source-ip", rows: 1_000, durationMs: 2_000 });
    onEvent(finished);
    return { status: "succeeded", error: null };
  });
  expect(withoutColours(stderr.text())).toContain("✓ 1 source-ip          1,000 rows, 2.0 s");
  // Erased at the end: the last thing that is written there is no line of it.
  expect(stderr.text().endsWith("\r\u001b[4A\u001b[J")).toBe(true);
  expect(stdout.text()).not.toContain("█");
});

test("tells progress to a file in a line for each tenth", async () => {
  const { session, stdout, stderr } = aSession({ isJson: false });
  await runInForeground(session, async (onEvent) => {
    onEvent(started);
    for (const done of [5, 95, 110, 310, 1_000]) onEvent({ ...progress, done });
    return { status: "succeeded", error: null };
  });
  const lines = stdout.text().split("\n");
  expect(lines.filter((line) => line.startsWith("source-ip: "))).toEqual([
    "source-ip: 11 %, 110 of 1,000, 500 rows/s, 0 ms left",
    "source-ip: 31 %, 310 of 1,000, 500 rows/s, 0 ms left",
    "source-ip: 99 %, 1,000 of 1,000, 500 rows/s, 0 ms left",
  ]);
  expect(stderr.text()).toBe("");
});
