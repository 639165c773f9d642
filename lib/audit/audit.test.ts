import { expect, onTestFinished, test } from "vitest";
import { readAllAudit, readAudit, readAuditChoices, recordAudit } from "@/lib/audit/audit-store";
import { audited } from "@/lib/audit/audited";
import { auditRefusedRequests } from "@/lib/audit/request-audit";
import type { AuditEvent } from "@/lib/contract";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { closePools } from "@/lib/db/pool";
import { noteRefusedRequest } from "@/lib/http/refused-requests";
import { RefusalError } from "@/lib/refusal";
import { aDatabase } from "@/lib/testing/database";

async function anAudit() {
  onTestFinished(closePools);
  const database = await aDatabase();
  await migrateConsoleSchema(await database.client());
  const read = async (filter = {}) => (await readAudit(database.target, { filter, before: null, limit: 100 })).events;
  return { ...database, read };
}

const act = { actor: "anna@example.org", role: "admin" as const, address: "192.0.2.7", action: "reset" };

test("S25: what is done, refused or goes wrong is one line each, with who, whence, run and reason", async () => {
  const { target, query, read } = await anAudit();
  expect(await audited(target, { ...act, confirmation: "digest" }, async () => ({ runId: 7 }))).toEqual({ runId: 7 });
  const refused = audited(target, { ...act, runId: 8 }, async () => {
    throw new RefusalError("usage", "The name typed is another one.", "Type it.");
  });
  await expect(refused).rejects.toThrow(RefusalError);
  const failed = audited(target, { ...act, detail: "ben@example.org" }, () =>
    query("select 'Canary-1b'::text::integer"),
  );
  await expect(failed).rejects.toThrow();

  const base = { ...act, at: expect.any(String), id: expect.any(Number), confirmation: null, runId: null };
  expect(await read()).toEqual([
    { ...base, outcome: "failed", detail: 'ben@example.org: invalid input syntax for type integer: "…"' },
    { ...base, outcome: "refused", detail: "The name typed is another one.", runId: 8 },
    { ...base, outcome: "done", detail: null, runId: 7, confirmation: "digest" },
  ]);
});

test("S22, S25: what comes from outside is masked, cut, and stored whatever is in it", async () => {
  const { target, read } = await anAudit();
  const hostile = `postgres://a:secret-7f@h/d \u0000 ${"x".repeat(5_000)}`;
  await recordAudit(target, { actor: hostile, action: hostile, address: hostile, detail: hostile, outcome: "refused" });
  const [event] = await read();
  for (const text of [event?.actor, event?.action, event?.address, event?.detail]) {
    expect(text).toMatch(/^postgres:\/\/a:\*\*\*@h\/d \ufffd x+$/);
    expect(text).toHaveLength(500);
  }
});

test("the list is narrowed by everything it shows, and read page by page", async () => {
  const { target, query, read } = await anAudit();
  await query(
    `insert into tidemark.audit_events (at, actor, action, run_id, outcome)
     select timestamptz '2026-03-01 12:00Z' + make_interval(days => n), 'actor-' || n % 2, 'action-' || n % 3, n, 'done'
     from generate_series(1, 10) as n`,
  );
  const runs = (events: AuditEvent[]) => events.map(({ runId }) => runId);
  expect(runs(await read({ actor: "actor-1", action: "action-0" }))).toEqual([9, 3]);
  expect(runs(await read({ runId: 4 }))).toEqual([4]);
  expect(runs(await read({ from: "2026-03-03T00:00:00Z", until: "2026-03-05T00:00:00Z" }))).toEqual([3, 2]);
  expect(await read({ outcome: "failed" })).toEqual([]);
  const first = await readAudit(target, { filter: {}, before: null, limit: 4 });
  expect(runs(first.events)).toEqual([10, 9, 8, 7]);
  const last = await readAudit(target, { filter: {}, before: first.next, limit: 6 });
  expect(runs(last.events)).toEqual([6, 5, 4, 3, 2, 1]);
  expect(last.next).toBeNull();
  const all: AuditEvent[] = [];
  for await (const chunk of readAllAudit(target, { actor: "actor-0" })) all.push(...chunk);
  expect(runs(all)).toEqual([10, 8, 6, 4, 2]);
  expect(await readAuditChoices(target)).toEqual({
    actors: ["actor-0", "actor-1"],
    actions: ["action-0", "action-1", "action-2"],
  });
});

test("without the console's tables there is nothing to list", async () => {
  onTestFinished(closePools);
  const { target } = await aDatabase();
  expect(await readAudit(target, { filter: {}, before: null, limit: 1 })).toEqual({ events: [], next: null });
  expect(await readAuditChoices(target)).toEqual({ actors: [], actions: [] });
});

test("S25: a flood of forged requests is written down up to a bound, and counted beyond it", async () => {
  const { target, query } = await anAudit();
  for (let i = 0; i < 130; i += 1) {
    noteRefusedRequest({
      method: "POST",
      path: `/${"x".repeat(i * 10)}`,
      address: "192.0.2.7",
      reason: "Not from here.",
    });
  }
  const stop = new AbortController();
  const writing = auditRefusedRequests(target, stop.signal);
  stop.abort();
  await writing;
  expect(await query("select count(*)::int as n, max(length(detail)) < 300 as cut from tidemark.audit_events")).toEqual(
    [{ n: 101, cut: true }],
  );
  expect(await query("select detail from tidemark.audit_events order by id desc limit 1")).toEqual([
    { detail: "30 more requests were turned away" },
  ]);
});
