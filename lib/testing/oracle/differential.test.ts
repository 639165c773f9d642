import fc from "fast-check";
import type pg from "pg";
import { expect, test } from "vitest";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { sweepFunctions } from "@/lib/enrichment/sweep-functions";
import { type SweepShape, sweepBatchSql } from "@/lib/enrichment/sweep-sql";
import { aCowrieDatabase } from "@/lib/testing/database";
import { compareSetAside, compareSnapshots, readAll } from "@/lib/testing/oracle/comparison";
import { readGenerated } from "@/lib/testing/oracle/generated";
import { tryReadJson } from "@/lib/testing/oracle/json";
import { loadSessions } from "@/lib/testing/oracle/loading";
import { anOddSession } from "@/lib/testing/oracle/odd-sessions";

const SESSIONS = 4000;
const SEED = 20_261_122;

const samples = () =>
  fc.sample(anOddSession, { numRuns: SESSIONS, seed: SEED }).map((session, index) => ({
    ...session,
    sessionId: `odd-${index}`,
    rawEvents: session.rawEvents.map((event, place) => ({ ...event, id: index * 10 + 9 - place })),
  }));

/** What may be there or not when a sweep begins. */
interface Circumstances {
  enrichmentType: "json" | "jsonb";
  hasRawEvents: boolean;
  /** A singular `snapshot_ip_type` column, some addresses and some values are there already. */
  isHalfDone: boolean;
}

test.each<Circumstances>([
  { enrichmentType: "json", hasRawEvents: true, isHalfDone: false },
  { enrichmentType: "jsonb", hasRawEvents: true, isHalfDone: false },
  { enrichmentType: "json", hasRawEvents: false, isHalfDone: true },
  { enrichmentType: "jsonb", hasRawEvents: true, isHalfDone: true },
])("F54, F57: the sweep reads random odd documents as the oracle does, with %j", async (circumstances) => {
  const { enrichmentType, hasRawEvents, isHalfDone } = circumstances;
  const sessions = samples().filter(
    ({ document }) => enrichmentType === "json" || document === null || tryReadJson(document) !== null,
  );
  const database = await aCowrieDatabase({ enrichmentType });
  const client = await database.client();
  const { schema } = database.target;
  await loadSessions(client, schema, sessions);
  await addColumns(client, schema);
  if (isHalfDone) await fillHalf(client, schema, sessions);
  const shape = { schema, enrichmentType, hasRawEvents, hasLegacyIpType: isHalfDone, inventories: [] };
  const runId = await sweepInBatches(client, shape);

  const read = readAll(
    sessions.map((session) => ({
      ...session,
      rawEvents: hasRawEvents ? session.rawEvents : [],
      ...(isHalfDone ? { existingSourceIp: session.present.sourceIp, legacyIpType: session.present.ipType } : {}),
    })),
  );
  const expected = isHalfDone
    ? read.map((session) => ({
        ...session,
        values: { ...session.values, snapshotAsn: session.present.asn ?? session.values.snapshotAsn },
      }))
    : read;
  expect((await compareSnapshots(client, schema, expected)).slice(0, 10)).toEqual([]);
  const isTold = ({ key, field }: { key: string; field: string }) =>
    !(isHalfDone && field === "snapshot_asn" && read.find(({ sessionId }) => sessionId === key)?.present.asn !== null);
  expect((await compareSetAside(client, runId, read)).filter(isTold).slice(0, 10)).toEqual([]);
});

test("the generated columns' functions read random odd documents as the oracle does", async () => {
  const cases = samples().flatMap(({ document, address }) =>
    document !== null && tryReadJson(document)?.kind === "object" ? [{ document, address }] : [],
  );
  const database = await aCowrieDatabase({});
  const client = await database.client();
  const { schema } = database.target;
  for (const definition of generatedFunctions(schema)) await client.query(definition.createSql);
  const { rows } = await client.query(
    `select ${schema}.tidemark_geo_country(d::jsonb, a) as "geoCountry", ${schema}.tidemark_ip_types(d::jsonb, a) as "ipTypes",
       ${schema}.tidemark_is_scanner(d::jsonb, a) as "isScanner", ${schema}.tidemark_is_bogon(d::jsonb, a) as "isBogon"
     from unnest($1::text[], $2::text[]) with ordinality as u(d, a, n) order by n`,
    [cases.map(({ document }) => document), cases.map(({ address }) => address)],
  );
  const differences = cases
    .map(({ document, address }, index) => ({
      document,
      address,
      oracle: readGenerated(document, address),
      live: rows[index],
    }))
    .filter(({ oracle, live }) => JSON.stringify(oracle) !== JSON.stringify(live));
  expect(differences.slice(0, 10)).toEqual([]);
  expect(cases.length).toBeGreaterThan(SESSIONS / 2);
});

async function addColumns(client: pg.Client, schema: string): Promise<void> {
  await client.query(
    `alter table ${schema}.session_summaries add source_ip varchar(45), add enrichment_at timestamptz,
       add snapshot_asn integer, add snapshot_country varchar(2), add snapshot_ip_types text[]`,
  );
}

async function fillHalf(client: pg.Client, schema: string, sessions: ReturnType<typeof samples>): Promise<void> {
  await client.query(`alter table ${schema}.session_summaries add snapshot_ip_type text`);
  await client.query(
    `update ${schema}.session_summaries set source_ip = u.address, snapshot_asn = u.asn, snapshot_ip_type = u.type
     from unnest($1::text[], $2::text[], $3::int[], $4::text[]) as u(id, address, asn, type) where session_id = u.id`,
    [
      sessions.map(({ sessionId }) => sessionId),
      sessions.map(({ present }) => present.sourceIp),
      sessions.map(({ present }) => present.asn),
      sessions.map(({ present }) => present.ipType),
    ],
  );
}

/** Sweeps the whole table twice in batches of pages, as a run of its own; the second time nothing may change. */
async function sweepInBatches(client: pg.Client, shape: SweepShape): Promise<number> {
  await migrateConsoleSchema(client);
  for (const statement of sweepFunctions()) await client.query(statement);
  const { rows } = await client.query<{ id: number }>(
    `insert into tidemark.runs (kind, status, started_by) values ('migrate', 'running', 'cli') returning id`,
  );
  const runId = rows[0]?.id ?? 0;
  expect(await sweepPages(client, shape, runId)).toBeGreaterThan(SESSIONS / 2);
  expect(await sweepPages(client, shape, runId)).toBe(0);
  return runId;
}

async function sweepPages(client: pg.Client, shape: SweepShape, runId: number): Promise<number> {
  const { rows } = await client.query<{ pages: number }>(
    `select pg_relation_size($1::regclass) / current_setting('block_size')::int as pages`,
    [`${shape.schema}.session_summaries`],
  );
  let changed = 0;
  for (let page = 0; page < (rows[0]?.pages ?? 0); page += 64) {
    const range = [`(${page},0)`, `(${page + 64},0)`, runId];
    const batch = await client.query<{ changed: number }>(sweepBatchSql(shape), range);
    changed += batch.rows[0]?.changed ?? 0;
  }
  return changed;
}
