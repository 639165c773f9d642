import { expect, test } from "vitest";
import { readPlan, readStatus } from "@/lib/migration";
import { aBrokenDemo } from "@/lib/testing/broken-demo";
import type { TestDatabase } from "@/lib/testing/database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { run } from "@/lib/testing/running";

const VIEWS = ["public.report_addresses", "public.report_countries"];

/** Everything of the views that is to be the same afterwards. */
const looks = (database: TestDatabase) =>
  database.query(
    `select c.relname::text as name, pg_get_viewdef(c.oid) as definition, c.reloptions, c.relacl::text as grants,
       pg_get_userbyid(c.relowner) as owner, obj_description(c.oid, 'pg_class') as comment,
       (select json_agg(json_build_array(a.attname, a.attacl::text, col_description(c.oid, a.attnum)) order by a.attnum)
        from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0) as columns
     from pg_class as c where c.relname like 'report\\_%' order by 1`,
  );

async function aReportedDemo(): Promise<TestDatabase> {
  const database = await aBrokenDemo("with-dependents");
  await database.query(`comment on column public.report_countries.country is 'of the "latest" document''s';
    grant select (country) on public.report_countries to public;
    grant select on public.report_addresses to pg_monitor with grant option;
    alter view public.report_countries owner to pg_database_owner`);
  return database;
}

test("F45: a view on a column that must change is refused by name with its definition, and nothing is touched", async () => {
  const database = await aReportedDemo();
  const before = await dumpOf(database.target);

  await expect(run(database.target, { recreatedDependents: ["public.report_addresses"] })).rejects.toMatchObject({
    code: "not-eligible",
    message: expect.stringContaining("the view public.report_countries uses geo_country of public.ip_inventory"),
    remedy: expect.stringContaining("SELECT"),
  });
  await expect(readPlan(database.target)).rejects.toMatchObject({ code: "not-eligible" });

  expect((await readStatus(database.target)).findings).toContainEqual(
    expect.objectContaining({ id: "dependent-object:public.report_addresses", severity: "error" }),
  );
  expect(compareDumps(before, await dumpOf(database.target))).toEqual([]);
});

test("F45: with consent views are dropped and made again identically, those on others last", async () => {
  const database = await aReportedDemo();
  const before = await looks(database);

  expect((await run(database.target, { recreatedDependents: VIEWS })).error).toBeNull();

  expect(await looks(database)).toEqual(before);
  expect(await database.query("select sum(addresses) > 0 as filled from public.report_countries")).toEqual([
    { filled: true },
  ]);
  expect((await readStatus(database.target)).verdict).toBe("migrated");
});

test.each([
  [
    "materialized view",
    "create materialized view public.report_all as select * from public.report_addresses",
    "report_all",
  ],
  ["policy", "create policy report_policy on public.ip_inventory using (geo_country <> 'XX')", "report_policy"],
])("F45: a %s on such a column is refused by name, whatever was agreed to", async (kind, statement, name) => {
  const database = await aReportedDemo();
  await database.query(statement);

  await expect(
    run(database.target, { recreatedDependents: [...VIEWS, `public.${name}`, `public.ip_inventory.${name}`] }),
  ).rejects.toMatchObject({
    code: "not-eligible",
    message: expect.stringMatching(new RegExp(`the ${kind} public\\.(ip_inventory\\.)?${name}`)),
  });
});

test("F45, F63: a view on naive timestamps is refused at once, and with consent made again", async () => {
  const database = await aBrokenDemo("naive-timestamps");
  await database.query(`create view public.report_times as
    select date_trunc('day', last_event_at) as day, count(*) from public.session_summaries group by 1`);
  const before = await looks(database);

  await expect(run(database.target)).rejects.toMatchObject({
    code: "not-eligible",
    exitCode: 4,
    message: expect.stringContaining("the view public.report_times uses last_event_at of public.session_summaries"),
    remedy: expect.stringContaining("Agree by name"),
  });
  expect((await run(database.target, { recreatedDependents: ["public.report_times"] })).error).toBeNull();

  expect(await looks(database)).toEqual(before);
  expect((await readStatus(database.target)).verdict).toBe("migrated");
});

test.each([
  ["timestamp-first_event_at", "alter table public.session_summaries alter first_event_at type date"],
  ["timestamp-index-ix_days", "create index ix_days on public.session_summaries ((last_event_at::date))"],
])("F63: %s is refused by name with nothing touched", async (hazard, statement) => {
  const database = await aBrokenDemo("naive-timestamps");
  await database.query(statement);
  const before = await dumpOf(database.target);

  await expect(run(database.target)).rejects.toMatchObject({ code: "not-eligible" });

  expect((await readStatus(database.target)).findings).toContainEqual(
    expect.objectContaining({ id: `hazard:hazard:${hazard}`, severity: "error", phase: "session-snapshots" }),
  );
  expect(compareDumps(before, await dumpOf(database.target))).toEqual([]);
});
