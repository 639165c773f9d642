import { expect, test } from "vitest";
import { aCowrieDatabase, type TestSession } from "@/lib/testing/database";
import { aDeclaredDatabase } from "@/lib/testing/declared-database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { run } from "@/lib/testing/running";

const PROVIDERS = '"dshield":{"ip":{"number":"10.0.0.1","as":64500,"ascountry":"NL"}}';

test("F53: one unreadable document costs its own session only, is listed without a word of it, and a control is read", async () => {
  const documents: Record<string, string> = {
    "NUL in a value": String.raw`{${PROVIDERS},"note":"secret\u0000"}`,
    "NUL in a used key": String.raw`{"dshield":{"ip":{"number":"10.0.0.1\u0000"}}}`,
    "NUL in a key": String.raw`{${PROVIDERS},"\u0000":1}`,
    "lone surrogate": String.raw`{${PROVIDERS},"note":"secret\ud800"}`,
    "number out of range": `{${PROVIDERS},"note":1e400000}`,
    control: String.raw`{${PROVIDERS},"note":"\\u0000 is written out"}`,
    "whole pair": String.raw`{${PROVIDERS},"note":"\ud83c\udf6f"}`,
    plain: `{${PROVIDERS}}`,
  };
  const database = await aCowrieDatabase({
    sessions: Object.entries(documents).map(
      ([sessionId, enrichmentText]): TestSession => ({
        sessionId,
        enrichmentText,
        events: [{ payload: { src_ip: "10.0.0.9" } }],
      }),
    ),
  });
  const before = await database.query(`select session_id, enrichment::text from public.session_summaries order by 1`);
  const migrated = await run(database.target);
  expect(migrated).toMatchObject({ status: "succeeded", error: null });
  const rows = await database.query<{ session_id: string; asn: number | null; ip: string }>(
    `select session_id, snapshot_asn as asn, source_ip as ip from public.session_summaries order by session_id collate "C"`,
  );
  expect(rows.map(({ session_id, asn, ip }) => [session_id, asn, ip])).toEqual([
    ["NUL in a key", null, "10.0.0.9"],
    ["NUL in a used key", null, "10.0.0.9"],
    ["NUL in a value", null, "10.0.0.9"],
    ["control", 64_500, "10.0.0.1"],
    ["lone surrogate", null, "10.0.0.9"],
    ["number out of range", null, "10.0.0.9"],
    ["plain", 64_500, "10.0.0.1"],
    ["whole pair", 64_500, "10.0.0.1"],
  ]);
  expect(
    await database.query(
      `select distinct field, reason, value from tidemark.set_aside where table_name = 'session_summaries'`,
    ),
  ).toEqual([{ field: "document", reason: "document-unreadable", value: null }]);
  expect(await database.query(`select count(*)::int as count from tidemark.set_aside`)).toEqual([{ count: 5 }]);
  expect(JSON.stringify(migrated.events)).not.toContain("secret");
  expect(await database.query(`select session_id, enrichment::text from public.session_summaries order by 1`)).toEqual(
    before,
  );
});

const COUNTRIES: [json: string, country: string][] = [
  ['"us"', "US"],
  ['" nl "', "NL"],
  ...['"USA"', '""', '" "', "{}", '"U1"', '"ÄÖ"', "null", "7", '"xx"', '["NL"]'].map((json): [string, string] => [
    json,
    "XX",
  ]),
];
const FLAGS: [json: string, flag: boolean][] = [
  ['"maybe"', false],
  ['"YES"', true],
  ['"t"', true],
  ["1", true],
  ["2", false],
  ["[]", false],
  ["null", false],
  ["true", true],
];

test.each([
  ["F60", "geo_country", "maxmind", "country", COUNTRIES],
  ["F61", "is_scanner", "greynoise", "noise", FLAGS],
  ["F61", "is_bogon", "validation", "is_bogon", FLAGS],
] as const)(
  "%s: whatever the application stores, %s is made of it on insert and on update",
  async (_id, column, provider, key, cases) => {
    const database = await aDeclaredDatabase();
    const document = (json: string) => `{"${provider}":{"${key}":${json}}}`;
    const read = `select ip_address, ${column} as made from public.ip_inventory order by ip_address`;
    const expected = cases.map(([, made], index) => ({ ip_address: `10.0.0.${10 + index}`, made }));
    for (const [index, [json]] of cases.entries()) {
      await database.query(
        `insert into public.ip_inventory (ip_address, first_seen, last_seen, enrichment) values ($1, now(), now(), $2)`,
        [`10.0.0.${10 + index}`, document(json)],
      );
    }
    expect(await database.query(read)).toEqual(expected);
    await database.query(`update public.ip_inventory set enrichment = '{}'`);
    for (const [index, [json]] of cases.entries()) {
      await database.query(`update public.ip_inventory set enrichment = $2 where ip_address = $1`, [
        `10.0.0.${10 + index}`,
        document(json),
      ]);
    }
    expect(await database.query(read)).toEqual(expected);
  },
);

test("F57: documents in a json and in a jsonb column come to the same database", async () => {
  const documents = [
    { session: { "10.0.0.1": { cymru: { asn: "AS64501", country: "nl" } } }, enriched_at: "2025-01-01" },
    { cymru: { asn: "bad", country: "usa" }, spur: { client: { types: 7 } } },
    JSON.stringify({ dshield: { ip: { number: "10.0.0.2", as: 64_502 } } }),
    [],
    null,
  ];
  const dumps: string[][] = [];
  for (const enrichmentType of ["json", "jsonb"] as const) {
    const { target } = await aCowrieDatabase({
      enrichmentType,
      sessions: documents.map((enrichment, index) => ({
        sessionId: `s${index}`,
        enrichment,
        columns: { created_at: "2025-01-01T00:00:00Z", updated_at: "2025-01-01T00:00:00Z" },
      })),
    });
    expect(await run(target)).toMatchObject({ status: "succeeded", error: null });
    dumps.push(await dumpOf(target));
  }
  const [json = [], jsonb = []] = dumps.map((dump) =>
    // How the document is stored differs; what is made of it must not.
    dump
      .filter((line) => !line.startsWith("object "))
      .map((line) => line.replace(/(row session_summaries .*)enrichment=\S+/, "$1")),
  );
  expect(compareDumps(json, jsonb)).toEqual([]);
  expect(json.filter((line) => line.startsWith("set aside"))).toHaveLength(3);
});
