import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { sqlstateOf } from "@/lib/db/database-error";
import { aDatabase } from "@/lib/testing/database";

/** A row of the table of `docs/scaling.md`: what a statement takes, or with which SQLSTATE it is refused. */
interface Row {
  first: number;
  last: number;
  sql: string;
  /** Strongest lock on `s`, `s_1` and `i`; null where it is refused, or cannot be looked at. */
  locks: string[] | null;
  refusal: string | null;
}

const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/scaling.md"), "utf8");
const rows = [...page.matchAll(/^\| (\d+)(?: to (\d+))? \| `([^`]+)` \|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)].map(
  ([, first = "", last = first, sql = "", ...cells]): Row => {
    const [s = "", s1 = "", i = ""] = cells.map((cell) => cell.trim());
    const refusal = /^refused, (\w{5})$/.exec(s)?.[1] ?? null;
    const isSeen = refusal === null && !/concurrently/.test(sql);
    return { first: Number(first), last: Number(last), sql, refusal, locks: isSeen ? [s, s1, i] : null };
  },
);

/** From the weakest to the strongest. Source: PostgreSQL manual, 13.3.1. */
const MODES = [
  ...["AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock"],
  ...["ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"],
];

/** `ShareUpdateExclusiveLock` as `SHARE UPDATE EXCLUSIVE`. */
const toWords = (mode: string) =>
  mode
    .replace(/Lock$/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toUpperCase();

test("docs/scaling.md is right about what each statement takes, or is refused with, on this server", async () => {
  const database = await aDatabase();
  const client = await database.client();
  await client.query("set search_path = public");
  for (const sql of [
    "create table s (session_id text primary key, last_event_at timestamp) partition by hash (session_id)",
    "create table s_1 partition of s for values with (modulus 1, remainder 0)",
    "create table i (ip_address varchar(45) primary key)",
    "create table r (session_id text, first_event_at timestamp) partition by range (first_event_at)",
    "insert into i values ('198.51.100.7')",
    "insert into s select 's' || n from generate_series(1, 100) as n",
  ])
    await client.query(sql);
  const { rows: versions } = await client.query<{ major: number }>(
    "select current_setting('server_version_num')::int / 10000 as major",
  );
  const major = versions[0]?.major ?? 0;
  const here = rows.filter(({ first, last }) => first <= major && major <= last);
  expect(here.length).toBeGreaterThan(15);

  const seen: unknown[] = [];
  for (const { sql, locks } of here) {
    await client.query("set timezone = 'UTC'");
    if (!/concurrently/.test(sql)) await client.query("begin");
    try {
      await client.query(sql);
      seen.push({ sql, refusal: null, locks: locks === null ? null : await readLocks() });
      await client.query("commit");
    } catch (cause) {
      await client.query("rollback");
      seen.push({ sql, refusal: sqlstateOf(cause), locks: null });
    }
  }
  expect(seen).toEqual(here.map(({ sql, refusal, locks }) => ({ sql, refusal, locks })));

  async function readLocks(): Promise<string[]> {
    const { rows: held } = await client.query<{ relation: string; mode: string }>(
      "select c.relname as relation, l.mode from pg_locks l join pg_class c on c.oid = l.relation where l.pid = pg_backend_pid()",
    );
    return ["s", "s_1", "i"].map((name) => {
      const modes = held.filter(({ relation }) => relation === name).map(({ mode }) => MODES.indexOf(mode));
      return modes.length === 0 ? "" : toWords(MODES[Math.max(...modes)] ?? "");
    });
  }
});
