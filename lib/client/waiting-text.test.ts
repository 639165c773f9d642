import { expect, test } from "vitest";
import { toBlockerName, toStepText, toWaitingTitle } from "@/lib/client/waiting-text";
import type { Blocker } from "@/lib/contract";

const blocker: Blocker = { pid: 48213, user: "app", application: "ingest", state: null, since: null, query: null };
const waiting = (...blockers: Blocker[]) => ({ step: "x", since: "2026-01-01T00:00:00.000Z", blockers });

test.each([
  [waiting(blocker), "Waiting for pid 48213"],
  [waiting(blocker, { ...blocker, pid: 2 }), "Waiting for 2 sessions"],
  [waiting(), "Waiting for a lock"],
])("names who is in the way", (given, title) => {
  expect(toWaitingTitle(given)).toBe(title);
});

test("says what a step does in words", () => {
  expect(toStepText("create-index:public.session_summaries.idx_session_source_ip")).toBe(
    "create index public.session_summaries.idx_session_source_ip",
  );
  expect(toStepText("pages 0 to 31")).toBe("pages 0 to 31");
});

test.each([
  [{}, "ingest as app"],
  [{ application: null }, "app"],
  [{ user: null }, "ingest"],
  [{ application: null, user: null }, "unknown"],
])("says whose session it is with %j", (change, name) => {
  expect(toBlockerName({ ...blocker, ...change })).toBe(name);
});
