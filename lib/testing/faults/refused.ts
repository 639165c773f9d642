import { expect } from "vitest";
import type { DatabaseTarget } from "@/lib/db/client";
import { readStatus } from "@/lib/migration";
import type { TestDatabase } from "@/lib/testing/database";
import { run } from "@/lib/testing/running";

/**
 * Asserts that a run on `database` is refused with a reason and a remedy, that the status tells the same, and that
 * neither left anything behind, the console's own tables included.
 *
 * @param target how the run connects; default as the owner of everything.
 */
export async function expectRefused(
  database: TestDatabase,
  reason: { message: RegExp; remedy?: RegExp },
  target: DatabaseTarget = database.target,
): Promise<void> {
  const before = await everythingIn(database);
  await expect(run(target)).rejects.toMatchObject({
    code: "not-eligible",
    exitCode: 4,
    message: expect.stringMatching(reason.message),
    remedy: expect.stringMatching(reason.remedy ?? /./),
  });
  expect(await readStatus(target)).toMatchObject({
    verdict: "unsupported",
    version: { observed: null },
    message: expect.stringMatching(reason.message),
    phases: [],
    findings: [],
  });
  expect(await everythingIn(database)).toEqual(before);
}

/** Every object and every row that is not the server's own, as lines. */
async function everythingIn(database: TestDatabase): Promise<string[]> {
  const objects = await database.query<{ line: string; table: string | null }>(EVERYTHING_SQL);
  const rows: string[] = [];
  for (const { table } of objects) {
    if (table === null) continue;
    const [read] = await database.query<{ digest: string }>(
      `select md5(coalesce(string_agg(t.ctid::text || t.xmin::text, '' order by t.ctid), '')) as digest from ${table} as t`,
    );
    rows.push(`rows of ${table} ${read?.digest}`);
  }
  return [...objects.map(({ line }) => line), ...rows];
}

const EVERYTHING_SQL = `
select
  concat_ws(' ', c.oid, n.nspname, c.relname, c.relkind, c.relfilenode, c.relnatts, c.relchecks, c.relhastriggers) as line,
  case when c.relkind = 'r' then format('%I.%I', n.nspname, c.relname) end as table
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
union all
select concat_ws(' ', p.oid, n.nspname, p.proname), null
from pg_proc as p
join pg_namespace as n on n.oid = p.pronamespace
where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
union all
select nspname, null from pg_namespace where nspname not like 'pg\\_%'
order by 1`;
