import type pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { type DatabaseTarget, openClient } from "@/lib/db/client";
import { endBlocker, previewBlocker, readLogLines } from "@/lib/migration";
import { tryRunLock } from "@/lib/migration/run/lock";
import { backendPid } from "@/lib/testing/backends";
import { aJournalDatabase, type JournalDatabase } from "@/lib/testing/journal-database";

/** For what comes soon, on a machine that does other things too. */
const PATIENT = { timeout: 10_000, interval: 20 };

interface Blocked {
  database: JournalDatabase;
  runId: number;
  /** Holds what the run waits for. */
  holder: pg.Client;
  /** The connection of the run. */
  engine: pg.Client;
  /** Settles when the run got its lock. */
  waited: Promise<unknown>;
  connectedAt: string;
}

/** A run whose connection waits for a table that `holder` has locked. */
async function aBlockedRun(open?: (database: JournalDatabase) => Promise<pg.Client>): Promise<Blocked> {
  const database = await aJournalDatabase();
  await database.query("create table public.busy (id integer)");
  const holder = await (open ?? ((from) => from.client()))(database);
  await holder.query("set application_name = 'ingest'");
  await holder.query("begin; lock table public.busy; insert into public.busy values (4711)");
  const engine = await anEngine(database);
  const waited = engine.query("begin; lock table public.busy; commit");
  waited.catch(() => {});
  await isBlocked(database, engine);
  await setWaiting(database, backendPid(holder));
  return { database, runId: database.runId, holder, engine, waited, connectedAt: await connectedAt(database, holder) };
}

/** The connection of the run: it holds the run lock. */
async function anEngine(database: JournalDatabase): Promise<pg.Client> {
  const engine = await openClient(database.target, "tidemark run");
  onTestFinished(() => engine.end().catch(() => {}));
  expect(await tryRunLock(engine)).toBe(true);
  return engine;
}

function isBlocked(database: JournalDatabase, client: pg.Client) {
  const read = () => database.query("select cardinality(pg_blocking_pids($1)) as count", [backendPid(client)]);
  return vi.waitFor(async () => expect(await read()).toEqual([{ count: 1 }]), PATIENT);
}

function setWaiting(database: JournalDatabase, pid: number) {
  const since = "2026-01-01T00:00:00.000Z";
  const blocker = { pid, user: null, application: null, state: null, since: null, query: null };
  return database.query("update tidemark.runs set waiting = $1", [
    { step: "add-columns:t", since, blockers: [blocker] },
  ]);
}

async function connectedAt(database: JournalDatabase, client: pg.Client): Promise<string> {
  const rows = await database.query<{ at: string }>(
    "select backend_start::text as at from pg_stat_activity where pid = $1",
    [backendPid(client)],
  );
  return rows[0]?.at ?? "";
}

const isThere = async (database: JournalDatabase, client: pg.Client) =>
  (await database.query("select 1 from pg_stat_activity where pid = $1", [backendPid(client)])).length === 1;

/** A role of the console without rights on sessions of others, and the target that connects as it. */
async function asPlainRole(database: JournalDatabase, granted: string[] = []): Promise<DatabaseTarget> {
  const url = new URL(database.target.connectionString);
  const role = `console_${url.pathname.slice(-8)}`;
  await database.query(`create role ${role} login password 'secret'`);
  onTestFinished(async () => {
    await database.query(`drop owned by ${role}; drop role ${role}`);
  });
  for (const other of granted) await database.query(`grant ${other} to ${role}`);
  await database.query(
    `grant usage on schema tidemark to ${role}; grant all on all tables in schema tidemark to ${role}`,
  );
  url.username = role;
  url.password = "secret";
  return { ...database.target, connectionString: url.href };
}

/** A session of a role that is no superuser. */
async function anIngest(database: JournalDatabase): Promise<pg.Client> {
  const url = new URL(database.target.connectionString);
  const role = `ingest_${url.pathname.slice(-8)}`;
  await database.query(`create role ${role} login password 'secret'; grant all on public.busy to ${role}`);
  url.username = role;
  url.password = "secret";
  const client = await openClient({ ...database.target, connectionString: url.href }, "ingest");
  onTestFinished(async () => {
    await client.end().catch(() => {});
    await database.query(`drop owned by ${role}; drop role ${role}`);
  });
  return client;
}

test("shows who is in the way without row content, and terminates that session: the run goes on, its log says so", async () => {
  const { database, runId, holder, waited } = await aBlockedRun();
  const pid = backendPid(holder);

  const seen = await previewBlocker(database.target, { runId, pid });
  expect(seen).toMatchObject({ pid, application: "ingest", state: "idle in transaction" });
  expect(seen.query).toContain("insert into public.busy values (…)");
  expect(await isThere(database, holder)).toBe(true);

  await endBlocker(database.target, { runId, pid, connectedAt: seen.connectedAt, how: "terminate" });
  await waited;
  expect(await isThere(database, holder)).toBe(false);
  expect(await database.query("select * from public.busy")).toEqual([]);
  expect(await readLogLines(database.target, runId, { afterSeq: 0 })).toMatchObject([
    {
      seq: 1,
      level: "warn",
      message: expect.stringMatching(
        new RegExp(
          `^Terminated pid ${pid} at the operator's request \\(user .*, application ingest, idle in .*rolls back$`,
        ),
      ),
    },
  ]);
});

test("cancels a statement and leaves the connection", async () => {
  const { database, runId, holder, waited, connectedAt } = await aBlockedRun();
  const pid = backendPid(holder);
  const slow = expect(holder.query("select pg_sleep(600)")).rejects.toMatchObject({ code: "57014" });
  await vi.waitFor(
    async () => expect(await previewBlocker(database.target, { runId, pid })).toMatchObject({ state: "active" }),
    PATIENT,
  );

  await endBlocker(database.target, { runId, pid, connectedAt, how: "cancel" });
  await slow;
  await waited;
  await holder.query("rollback");
  expect(await holder.query("select 1")).toMatchObject({ rowCount: 1 });
  expect(await readLogLines(database.target, runId, { afterSeq: 0 })).toMatchObject([
    { message: expect.stringContaining(`Cancelled the statement of pid ${pid} at the operator's request`) },
  ]);
});

test("between two tries of the run the next one is awaited", async () => {
  const { database, runId, holder, engine, waited, connectedAt } = await aBlockedRun();
  const pid = backendPid(holder);
  await database.query("select pg_cancel_backend($1)", [backendPid(engine)]);
  await expect(waited).rejects.toMatchObject({ code: "57014" });
  await engine.query("rollback");

  const ended = endBlocker(database.target, { runId, pid, connectedAt, how: "terminate" });
  const again = engine.query("begin; lock table public.busy; commit");
  await Promise.all([ended, again]);
  expect(await isThere(database, holder)).toBe(false);
});

test("a connection of the sweep that waits counts as the run", async () => {
  const { database, runId, holder, engine, connectedAt } = await aBlockedRun();
  await database.query("select pg_cancel_backend($1)", [backendPid(engine)]);
  const sweep = await openClient(database.target, "tidemark sweep");
  onTestFinished(() => sweep.end().catch(() => {}));
  const waited = sweep.query("begin; lock table public.busy; commit");
  await isBlocked(database, sweep);

  await endBlocker(database.target, { runId, pid: backendPid(holder), connectedAt, how: "terminate" });
  await waited;
});

test.each<
  [
    what: string,
    change: (blocked: Blocked) => Promise<Partial<{ runId: number; pid: number; connectedAt: string; how: "cancel" }>>,
    message: string,
  ]
>([
  ["a run that is not there", async () => ({ runId: 99 }), "There is no run 99"],
  [
    "a run that has ended",
    async ({ database }) => {
      await database.query("update tidemark.runs set status = 'succeeded'");
      return {};
    },
    "is not at work",
  ],
  [
    "a run whose process is gone",
    async ({ database, engine }) => {
      await database.query("select pg_terminate_backend($1, 5000)", [backendPid(engine)]);
      return {};
    },
    "is not at work",
  ],
  ["a pid that nobody has", async () => ({ pid: 2 ** 22 + 7 }), "is gone"],
  ["a later session under the same pid", async () => ({ connectedAt: "2020-01-01 00:00:00+00" }), "another session"],
  ["a statement where there is none", async () => ({ how: "cancel" }), "runs no statement"],
  ["the connection of the run", async ({ engine }) => ({ pid: backendPid(engine) }), "belongs to Tidemark"],
  [
    "another connection of the console",
    async ({ holder }) => {
      await holder.query("set application_name = 'tidemark'");
      return {};
    },
    "belongs to Tidemark",
  ],
  [
    "a process of the server itself",
    async ({ database }) => {
      const rows = await database.query<{ pid: number }>(
        "select pid from pg_stat_activity where backend_type = 'checkpointer'",
      );
      return rows[0] ?? {};
    },
    "process of the server itself \\(checkpointer\\)",
  ],
  [
    "a session that is not in the way",
    async ({ database }) => {
      const bystander = await database.client();
      await database.query("update tidemark.runs set waiting = null");
      return { pid: backendPid(bystander), connectedAt: await connectedAt(database, bystander) };
    },
    "not in the way",
  ],
])("never ends: %s", async (_what, change, message) => {
  const blocked = await aBlockedRun();
  const { database, runId, holder, connectedAt } = blocked;
  const asked = { runId, pid: backendPid(holder), connectedAt, how: "terminate" as const, ...(await change(blocked)) };

  await expect(endBlocker(database.target, asked)).rejects.toMatchObject({
    code: "not-eligible",
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(/./),
  });
  expect(await isThere(database, holder)).toBe(true);
  expect(await readLogLines(database.target, runId, { afterSeq: 0 })).toEqual([]);
});

test.each<
  [
    what: string,
    granted: string[],
    open: ((database: JournalDatabase) => Promise<pg.Client>) | undefined,
    message: string,
  ]
>([
  ["a superuser's session", ["pg_signal_backend", "pg_read_all_stats"], undefined, "belongs to the superuser"],
  ["another role's session without the right to", [], anIngest, "may not end sessions of ingest_"],
  ["a session that cannot be told from a later one", ["pg_signal_backend"], anIngest, "may not see since when"],
])("a role that may not is refused: %s", async (_what, granted, open, message) => {
  const { database, runId, holder, connectedAt } = await aBlockedRun(open);
  const target = await asPlainRole(database, granted);
  const pid = backendPid(holder);

  const refused = { code: "not-eligible", message: expect.stringContaining(message) };
  await expect(previewBlocker(target, { runId, pid })).rejects.toMatchObject(refused);
  await expect(endBlocker(target, { runId, pid, connectedAt, how: "terminate" })).rejects.toMatchObject(refused);
  expect(await isThere(database, holder)).toBe(true);
});

test("a role with the right to ends another role's session", async () => {
  const { database, runId, holder, waited, connectedAt } = await aBlockedRun(anIngest);
  const target = await asPlainRole(database, ["pg_signal_backend", "pg_read_all_stats"]);

  await endBlocker(target, { runId, pid: backendPid(holder), connectedAt, how: "terminate" });
  await waited;
});
