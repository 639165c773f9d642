import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { readAudit, recordAudit } from "@/lib/audit/audit-store";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { readConnectionReport } from "@/lib/db/connection-report";
import { closePools } from "@/lib/db/pool";
import {
  prepareConsole,
  previewReset,
  readCoverage,
  readInventorySample,
  readLedger,
  readLogLines,
  readLostRows,
  readOutlook,
  readPlan,
  readRun,
  readRuns,
  readSchemaReport,
  readSetAside,
  readStatus,
  resetToEnd,
  runToEnd,
} from "@/lib/migration";
import { aHoneypot } from "@/lib/testing/honeypot";

const DOCUMENT = path.resolve(import.meta.dirname, "../../docs/security.md");

/** A honeypot at v15 under the roles of docs/security.md, whose names belong to this test alone. */
async function aHoneypotWithRoles() {
  const mark = randomBytes(4).toString("hex");
  const roles = ["cowrie", "tidemark_migrator", "tidemark_reader", "tidemark_audit"].map((role) => `${role}_${mark}`);
  const server: DatabaseTarget = { connectionString: inject("serverUrl"), schema: "public" };
  // After the database is gone, and with it whatever belongs to them there.
  onTestFinished(() =>
    withClient(server, async (client) => {
      for (const role of roles.toReversed()) await client.query(`drop role if exists ${role}`);
    }),
  );
  const database = await aHoneypot({ sessions: 300 });
  onTestFinished(closePools);
  const url = new URL(database.target.connectionString);
  const name = url.pathname.slice(1);
  const blocks = [...(await readFile(DOCUMENT, "utf8")).matchAll(/```sql\n(.*?)```/gs)].map(([, sql = ""]) =>
    sql
      .replaceAll("database cowrie", `database ${name}`)
      .replace(/\b(cowrie|tidemark_(?:migrator|reader|audit))\b/g, `$1_${mark}`)
      .replace(/'choose [a-z]+'/g, "'secret'"),
  );
  expect(blocks).toHaveLength(2);
  await database.query(`create role cowrie_${mark}`);
  for (const table of ["session_summaries", "raw_events", "schema_state"])
    await database.query(`alter table public.${table} owner to cowrie_${mark}`);
  await database.query(blocks[0] ?? "");

  const urlOf = (role: string) =>
    Object.assign(new URL(url), { username: `tidemark_${role}_${mark}`, password: "secret" }).href;
  const target: DatabaseTarget = {
    connectionString: urlOf("migrator"),
    readConnectionString: urlOf("reader"),
    schema: "public",
  };
  expect(await prepareConsole(target)).toBe(true);
  return { database, target, afterFirstStart: () => database.query(blocks[1] ?? "") };
}

const asReader = ({ readConnectionString = "", schema }: DatabaseTarget) => ({
  connectionString: readConnectionString,
  schema,
});

/** The SQLSTATE with which a statement is refused. */
function refusalOf(target: DatabaseTarget, sql: string): Promise<unknown> {
  return withClient(target, (client) => client.query(sql)).then(
    () => "done",
    (cause: { code?: string }) => cause.code,
  );
}

test("S25: the role that made the audit adds to it, and can neither change nor delete what is there", async () => {
  const { target } = await aHoneypotWithRoles();
  await recordAudit(target, { actor: "anna@example.org", action: "reset", outcome: "refused", detail: "because" });
  for (const sql of [
    "update tidemark.audit_events set actor = 'somebody else'",
    "delete from tidemark.audit_events",
    "truncate tidemark.audit_events",
  ]) {
    expect(`${sql}: ${await refusalOf(target, sql)}`).toBe(`${sql}: 42501`);
  }
});

test("S25: with an owner of its own the audit cannot be dropped by the console either", async () => {
  const { database, target, afterFirstStart } = await aHoneypotWithRoles();
  await afterFirstStart();
  await recordAudit(target, { actor: "anna@example.org", action: "reset", outcome: "done", runId: 7 });
  // Of rights that one does not have PostgreSQL grants none, and says so in a warning.
  await refusalOf(target, "grant update on tidemark.audit_events to current_user");
  for (const sql of [
    "update tidemark.audit_events set actor = 'somebody else'",
    "drop table tidemark.audit_events",
    "drop schema tidemark cascade",
  ]) {
    expect(`${sql}: ${await refusalOf(target, sql)}`).toBe(`${sql}: 42501`);
  }
  const { events } = await readAudit(target, { filter: {}, before: null, limit: 10 });
  expect(events).toMatchObject([{ actor: "anna@example.org", action: "reset", outcome: "done", runId: 7 }]);
  const [row] = await database.query<{ isNow: boolean }>(
    `select abs(extract(epoch from clock_timestamp() - at)) < 60 as "isNow" from tidemark.audit_events`,
  );
  expect(row).toEqual({ isNow: true });
});

test("S26: the migrator of the document migrates and resets; whatever reads does so as its reader, who writes nothing", async () => {
  const { database, target, afterFirstStart } = await aHoneypotWithRoles();
  await afterFirstStart();
  const run = { startedBy: "test", signal: new AbortController().signal, onEvent: () => {} };
  const { status: outcome, runId } = await runToEnd(target, { kind: "migrate", ...run });
  expect(outcome).toBe("succeeded");

  const status = await readStatus(target);
  expect(status).toMatchObject({ verdict: "migrated", database: { user: new URL(target.connectionString).username } });
  expect((await readPlan(target)).steps).toEqual([]);
  expect((await readCoverage(target)).sessions.total).toBeGreaterThan(0);
  expect(await readLedger(target)).not.toBeNull();
  expect(await readInventorySample(target)).not.toEqual([]);
  expect((await readSchemaReport(target)).tables).not.toEqual([]);
  expect(await readRuns(target)).toHaveLength(1);
  expect(await readRun(target, runId)).toMatchObject({ status: "succeeded" });
  expect(await readLogLines(target, runId, { afterSeq: 0 })).not.toEqual([]);
  await readSetAside(target, { filter: {}, after: null, limit: 10 });
  expect(await readOutlook(target)).not.toEqual([]);
  expect((await previewReset(target)).objects).not.toEqual([]);
  for await (const chunk of await readLostRows(target)) expect(chunk).toBe("");
  const name = status.database.name;
  expect(await resetToEnd(target, { confirm: name, onPreview: () => {}, ...run })).toMatchObject({ error: null });

  const reader = asReader(target);
  for (const sql of [
    "update public.session_summaries set event_count = 0",
    "delete from public.raw_events",
    "insert into tidemark.measures (name, value, is_exact) values ('x', '1', true)",
    "delete from tidemark.audit_events",
    "insert into tidemark.audit_events (actor, action, outcome) values ('x', 'x', 'done')",
    "create table public.x (n integer)",
    "create table tidemark.x (n integer)",
    "select from tidemark.reset_tokens",
    "select from tidemark.sessions",
    "select from tidemark.sign_in_methods",
  ]) {
    expect(`${sql}: ${await refusalOf(reader, sql)}`).toBe(`${sql}: 42501`);
  }
  const own = await readConnectionReport(target);
  expect(own).toMatchObject({ isSuperuser: false, readRole: new URL(reader.connectionString).username, warnings: [] });
  expect(await readConnectionReport(database.target)).toMatchObject({
    isSuperuser: true,
    warnings: [{ message: expect.stringContaining("superuser"), remedy: expect.stringContaining("docs/security.md") }],
  });
});

test("S26: a reader without its grants is told so, not shown half of it", async () => {
  const { target } = await aHoneypotWithRoles();
  await expect(readRuns(target)).rejects.toMatchObject({ code: "not-eligible" });
});
