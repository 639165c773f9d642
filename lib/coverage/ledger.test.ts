import { expect, test } from "vitest";
import { closeLedger, openLedger, readLedgerReport } from "@/lib/coverage/ledger";
import { ledgerLines } from "@/lib/coverage/ledger-comparison";
import { readDatabaseAddress } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { readLiveSchema } from "@/lib/inspection/live";
import { aCowrieDatabase, type CowrieOptions } from "@/lib/testing/database";
import { executeTidemark } from "@/lib/testing/tidemark-command";

const sessions = ["a", "b", "c", "d"].map((sessionId) => ({
  sessionId,
  columns: { updated_at: "2026-01-01T00:00:00.123456Z" },
  ...(sessionId === "d"
    ? {}
    : { enrichment: { cymru: { asn: 64500 } }, events: [{ payload: { src_ip: "192.0.2.1" } }] }),
}));

/** A database whose run has taken the first half of its ledger. */
async function anOpenLedger({ isDeep = false, ...options }: CowrieOptions & { isDeep?: boolean } = {}) {
  const database = await aCowrieDatabase({ sessions, ...options });
  await database.query("create table public.files (id int primary key); insert into public.files values (1), (2)");
  const client = await database.client();
  await migrateConsoleSchema(client);
  const [run] = await database.query<{ id: number }>(
    "insert into tidemark.runs (kind, status, started_by, options) values ('migrate', 'running', 'cli', $1) returning id",
    [{ isDeep }],
  );
  const runId = run?.id ?? 0;
  await openLedger(client, runId, await readLiveSchema(client, "public"));
  const close = async () => closeLedger(client, runId, await readLiveSchema(client, "public"));
  return { ...database, client, runId, close };
}

test("what ingest added, updated and deleted meanwhile is counted side by side and explained", async () => {
  const { query, close, client, runId } = await anOpenLedger({ isDeep: true });
  await query("insert into public.session_summaries (session_id, enrichment) values ('new', '{}'), ('newer', null)");
  await query("update public.session_summaries set event_count = 9, updated_at = now() where session_id = 'a'");
  await query("delete from public.session_summaries where session_id = 'b'");
  await query("delete from public.raw_events where session_id = 'b'");
  await query("insert into public.files values (3)");

  const ledger = await close();

  expect(ledger).toMatchObject({ changed: 0, deleted: 0, unexplained: [] });
  expect(ledger.rows).toEqual([
    { figure: "sessions", before: 4, after: 5, explained: 1 },
    { figure: "with-enrichment", before: 3, after: 3, explained: 0 },
    { figure: "raw-events", before: 3, after: 2, explained: -1 },
    { figure: "files", before: 2, after: 3, explained: 1 },
    { figure: "sampled", before: 4, after: 2, explained: -2 },
    { figure: "whole", before: 4, after: 2, explained: -2 },
  ]);
  expect(ledgerLines(ledger.rows)[2]).toBe(
    "Ledger: raw events 3 before, 2 after, difference -1, explained by ingest -1",
  );
  expect(await readLedgerReport(client)).toEqual({ runId, rows: ledger.rows, unexplained: [] });
});

test("a session that changed while updated_at stood still is unexplained", async () => {
  const { query, close } = await anOpenLedger();
  await query("update public.session_summaries set enrichment = null where session_id = 'a'");

  expect(await close()).toMatchObject({
    changed: 1,
    deleted: 0,
    unexplained: ["1 of 4 sampled sessions changed in their v15 columns although updated_at did not move"],
  });
});

test("the whole fingerprint finds a changed session that was not sampled, beside one that ingest updated", async () => {
  const { query, close } = await anOpenLedger({ isDeep: true });
  await query("delete from tidemark.ledger_samples");
  await query("update public.session_summaries set updated_at = now() where session_id = 'a'");
  await query("update public.session_summaries set matcher = 'x' where session_id = 'b'");

  const ledger = await close();

  expect(ledger.changed).toBe(1);
  expect(ledger.unexplained).toEqual([
    expect.stringMatching(/^of all sessions, in 1 of \d groups v15 columns changed/),
  ]);
  expect(ledger.rows.at(-1)).toEqual({ figure: "whole", before: 4, after: 2, explained: -1 });
});

test("snapshots, added columns and timestamps retyped as UTC change no fingerprint", async () => {
  const { query, close } = await anOpenLedger({ isDeep: true });
  await query(
    `alter table public.session_summaries add source_ip text, add snapshot_asn_replaced text, add password_hash text,
     alter first_event_at type timestamp, alter last_event_at type timestamp`,
  );
  await query("update public.session_summaries set source_ip = '192.0.2.1', password_hash = 'x'");

  expect(await close()).toMatchObject({ changed: 0, unexplained: [] });
});

test("a v15 column that is gone is unexplained", async () => {
  const { query, close } = await anOpenLedger();
  await query("alter table public.session_summaries drop enrichment");

  expect((await close()).unexplained).toEqual([expect.stringContaining("3 of 4 sampled sessions")]);
});

test.each([
  ["truncated sessions", "truncate public.session_summaries", "session_summaries", 4],
  ["truncated raw events", "truncate public.raw_events", "raw_events", 0],
  ["a table of files that is gone", "drop table public.files", "files", 0],
  [
    "a table of files made anew",
    "drop table public.files; create table public.files as select generate_series(1, 2) as id",
    "files",
    0,
  ],
])("%s are no delete of ingest", async (_what, sql, table, deleted) => {
  const { query, close } = await anOpenLedger();
  await query(sql);

  expect(await close()).toMatchObject({
    deleted,
    unexplained: [`${table} was truncated or replaced, or can no longer be read`],
  });
});

test("rows written into new files by VACUUM FULL, and tables that ingest emptied with DELETE, are explained", async () => {
  const { query, close } = await anOpenLedger();
  await query("vacuum full public.session_summaries");
  await query("delete from public.raw_events");

  expect(await close()).toMatchObject({ changed: 0, deleted: 0, unexplained: [] });
});

test("what is not there or may not be read is not counted", async () => {
  const database = await anOpenLedger();
  await database.query("drop table public.files, public.raw_events");
  const [run] = await database.query<{ id: number }>(
    "insert into tidemark.runs (kind, status, started_by) values ('verify', 'succeeded', 'cli') returning id",
  );
  const live = await readLiveSchema(database.client, "public");
  await openLedger(database.client, run?.id ?? 0, live);

  const { rows, unexplained } = await closeLedger(database.client, run?.id ?? 0, live);

  expect(unexplained).toEqual([]);
  expect(rows.filter(({ before }) => before === null).map(({ figure }) => figure)).toEqual(["raw-events", "files"]);
  expect(ledgerLines(rows).join()).not.toMatch(/raw events|files/);
});

test("a migration, and a reset, with --deep show the fingerprints of all sessions in their logs", async () => {
  const database = await aCowrieDatabase({ sessions });
  const environment = { DATABASE_URL: database.target.connectionString };
  const { name } = readDatabaseAddress(database.target.connectionString);

  for (const args of [["migrate"], ["reset", "--confirm", name]]) {
    const { exitCode, stdout } = await executeTidemark([...args, "--deep"], environment);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Ledger: fingerprints of all sessions 4 before, 4 after, difference 0");
    expect(stdout).toContain("Ledger equal: ingest explains every difference");
  }
  const [report] = await database.query("select after -> 'comparison' -> 'rows' -> -1 as row from tidemark.ledgers");
  expect(report?.row).toEqual({ figure: "whole", before: 4, after: 4, explained: 0 });
});
