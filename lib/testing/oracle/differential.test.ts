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
const SEED = Number(process.env.TIDEMARK_TEST_SEED ?? 20261122);

const samples = () =>
  fc.sample(anOddSession, { numRuns: SESSIONS, seed: SEED }).map((session, index) => ({
    ...session,
    sessionId: `odd-${index}`,
    rawEvents: session.rawEvents.map((event, place) => ({ ...event, id: index * 10 + 9 - place })),
  }));

test.each(["json", "jsonb"] as const)(
  "the sweep reads random odd %s documents as the oracle does",
  async (enrichmentType) => {
    const sessions = samples().filter(
      ({ document }) => enrichmentType === "json" || document === null || tryReadJson(document) !== null,
    );
    const database = await aCowrieDatabase({ enrichmentType });
    const client = await database.client();
    const { schema } = database.target;
    await loadSessions(client, schema, sessions);
    const runId = await sweepOnce(client, {
      schema,
      enrichmentType,
      hasRawEvents: true,
      hasLegacyIpType: false,
      inventories: [],
    });
    const read = readAll(sessions);
    expect((await compareSnapshots(client, schema, read)).slice(0, 10)).toEqual([]);
    expect((await compareSetAside(client, runId, read)).slice(0, 10)).toEqual([]);
  },
);

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

/** Sweeps the whole table in one batch, as a run of its own. */
async function sweepOnce(client: pg.Client, shape: SweepShape): Promise<number> {
  await migrateConsoleSchema(client);
  for (const statement of sweepFunctions()) await client.query(statement);
  await client.query(
    `alter table ${shape.schema}.session_summaries add source_ip varchar(45), add enrichment_at timestamptz,
       add snapshot_asn integer, add snapshot_country varchar(2), add snapshot_ip_types text[]`,
  );
  const { rows } = await client.query<{ id: number }>(
    `insert into tidemark.runs (kind, status, started_by) values ('migrate', 'running', 'cli') returning id`,
  );
  const runId = rows[0]?.id ?? 0;
  const swept = await client.query<{ scanned: number }>(sweepBatchSql(shape), ["(0,0)", "(100000,0)", runId]);
  expect(swept.rows[0]?.scanned).toBeGreaterThan(0);
  return runId;
}
