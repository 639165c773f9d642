import { expect, test } from "vitest";
import { describeStanding } from "@/lib/cli/run-standing";
import { aRunDetail } from "@/lib/testing/run-detail";

const now = Date.parse("2026-01-01T00:01:05.000Z");

test("says how a paused run goes on, and nothing of one that works", () => {
  expect(describeStanding(aRunDetail({ id: 7, status: "paused" }), now)).toContain("tidemark resume 7");
  const error = { sqlstate: "53100", message: "could not extend file", statement: null, remedy: "Free disk space." };
  expect(describeStanding(aRunDetail({ status: "paused", error }), now)).toContain("53100 could not extend file");
  expect(describeStanding(aRunDetail({ status: "pausing" }), now)).toBe("pausing");
  expect(describeStanding(aRunDetail({ status: "running" }), now)).toBeNull();
});

test("names who is in the way and since when, with nothing that a terminal would obey", () => {
  const since = "2026-01-01T00:00:53.000Z";
  const blocker = { pid: 48213, user: "app", application: "\u001b[2Jingest", state: null, since: null, query: null };
  const waiting = { step: "add-columns", since, blockers: [blocker, { ...blocker, pid: 5, application: null }] };
  expect(describeStanding(aRunDetail({ waiting }), now)).toBe("waiting for pid 48213 (␛[2Jingest), pid 5, 12.0 s");
  expect(describeStanding(aRunDetail({ waiting: { ...waiting, blockers: [] } }), now)).toBe(
    "waiting for a lock, 12.0 s",
  );
});
