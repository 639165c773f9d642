import fc from "fast-check";
import { expect, test } from "vitest";
import { aDatabase } from "@/lib/testing/database";
import { canonicalAddress } from "@/lib/testing/oracle/address";
import { tryReadJson } from "@/lib/testing/oracle/json";
import { compareBytes, jsonbText } from "@/lib/testing/oracle/json-text";
import { formatMoment, readMoment } from "@/lib/testing/oracle/moment";

// The oracle shares no code with the product; where it stands in for PostgreSQL itself, PostgreSQL is asked.

const SEED = 20261122;
const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] =>
  fc.sample(arbitrary, { numRuns: count, seed: SEED });

const oddText = fc.string({ unit: fc.constantFrom(...'aZé🍯\u007f\u0001\t "\\/{}[]:,') });
const oddNumber = fc.constantFrom(
  ..."0 -0 -0.0 1e3 1E+3 1.50e1 64500.0 1e-2 0e999999 1e131071 1e131072 0.01e131073 1e-16383 1e-16384 0e-16384".split(
    " ",
  ),
  ..."-12.30e-1 4294967294 98765432109876543210 1e999999 -1e999999 01 1. .5 +1 1e 0x1F NaN".split(" "),
);
const oddLiteral = fc.oneof(
  oddNumber,
  oddText.map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '"\\u0000"',
    '"\\ud83c"',
    '"\\ud83c\\udf6f"',
    '"\\udf6f"',
    '"\\ud83cx"',
    '"\\u00e9"',
    '"\\x"',
    '"\t"',
  ),
  fc.constantFrom("true", "false", "null", "nul", "[]", "{}", "[1,]", "{,}", '{"a" 1}', " [ 1 , 2 ] ", "{1:2}", ""),
);
const { document: oddDocument } = fc.letrec<{ document: string }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 3 },
    oddLiteral,
    fc.array(tie("document"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    fc
      .array(fc.tuple(fc.constantFrom("a", "b", "aa", "é", "\\u0061", "Z", ""), tie("document")), { maxLength: 5 })
      .map((entries) => `{${entries.map(([key, value]) => `"${key}" : ${value}`).join(" ,\n")}}`),
  ),
}));

/** What pg_input_is_valid of PostgreSQL 16 says, in every major. */
const INPUT_IS_VALID = `
create function public.input_is_valid(spelling text, type text) returns boolean
language plpgsql as $$
begin
  execute pg_catalog.format('select %L::%s', spelling, type);
  return true;
exception when others then
  return false;
end $$`;

test("the oracle reads and prints JSON as jsonb does, and refuses what jsonb refuses", async () => {
  const texts = sample(oddDocument, 4000);
  const database = await aDatabase();
  await database.query(INPUT_IS_VALID);
  const [row] = await database.query<{ printed: (string | null)[] }>(
    `select array_agg(case when public.input_is_valid(t, 'jsonb') then t::jsonb::text end order by n) as printed
     from unnest($1::text[]) with ordinality as u(t, n)`,
    [texts],
  );
  const printed = texts.map((text) => {
    const value = tryReadJson(text);
    return value === null ? null : jsonbText(value);
  });
  expect(differences(texts, printed, row?.printed ?? [])).toEqual([]);
  expect(printed.filter((text) => text === null).length).toBeGreaterThan(300);
  expect(printed.filter((text) => text !== null).length).toBeGreaterThan(1000);
});

test("an address the oracle accepts is printed as host(inet) prints it", async () => {
  const group = fc.constantFrom(
    "0",
    "0000",
    "1",
    "ffff",
    "FFFF",
    "ab",
    "00db",
    "1.2.3.4",
    "0.0.0.0",
    "01.2.3.4",
    "",
    "12345",
  );
  const addresses = sample(fc.array(group, { minLength: 1, maxLength: 9 }), 20_000).map((groups) => groups.join(":"));
  const accepted = addresses.filter((text) => canonicalAddress(text) !== null);
  const database = await aDatabase();
  const [row] = await database.query<{ printed: string[] }>(
    `select array_agg(host(t::inet) order by n) as printed from unnest($1::text[]) with ordinality as u(t, n)`,
    [accepted],
  );
  expect(differences(accepted, accepted.map(canonicalAddress), row?.printed ?? [])).toEqual([]);
  expect(accepted.length).toBeGreaterThan(300);
  await database.query(INPUT_IS_VALID);
  // inet takes more than the rule does: short forms, leading zeros and masks; nothing else may be lost.
  const [lost] = await database.query<{ lost: string[] | null }>(
    `select array_agg(t) as lost from unnest($1::text[]) as t
     where public.input_is_valid(t, 'inet') and t !~ '[.]'`,
    [addresses.filter((text) => canonicalAddress(text) === null)],
  );
  expect(lost?.lost ?? []).toEqual([]);
});

test("a moment the oracle reads is the timestamptz of the same text", async () => {
  const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, "0"));
  const text = fc
    .tuple(
      fc.constantFrom("0001", "0004", "1582", "1900", "1969", "2000", "2024", "2025", "9999"),
      two(13),
      two(31),
      fc.constantFrom("", "T", " "),
      two(23),
      two(59),
      fc.constantFrom("", ":00", ":59", ":59.1", ":01.123456", ":01.123456000"),
      fc.constantFrom("", "Z", "+02", "+02:00", "-0530", "+15:59", "-15:59"),
    )
    .map(([year, month, day, separator, hour, minute, second, zone]) =>
      separator === ""
        ? `${year}-${month}-${day}`
        : `${year}-${month}-${day}${separator}${hour}:${minute}${second}${zone}`,
    );
  const texts = sample(text, 4000).filter((candidate) => readMoment(candidate) !== null);
  const database = await aDatabase();
  const [row] = await database.query<{ micros: string[]; formatted: string[] }>(
    `select array_agg((extract(epoch from t::timestamptz) * 1000000)::bigint::text order by n) as micros
     from unnest($1::text[]) with ordinality as u(t, n)`,
    [texts],
  );
  expect(
    differences(
      texts,
      texts.map((candidate) => String(readMoment(candidate))),
      row?.micros ?? [],
    ),
  ).toEqual([]);
  expect(texts.length).toBeGreaterThan(1000);
  const moment = readMoment("2016-10-16T13:16:05.152510Z") ?? 0n;
  expect(formatMoment(moment)).toBe("2016-10-16 13:16:05.152510+00");
  expect(readMoment(formatMoment(-1n).replace("+00", "Z"))).toBe(-1n);
});

test("texts are ordered as COLLATE C orders them", async () => {
  const texts = ["10.0.0.10", "10.0.0.2", "2001:db8::1", "::ffff:1.2.3.4", "é", "z", "\u{1f36f}", "\uff5e", "Z"];
  const database = await aDatabase();
  const [row] = await database.query<{ sorted: string[] }>(
    `select array_agg(t order by t collate "C") as sorted from unnest($1::text[]) as t`,
    [texts],
  );
  expect([...texts].sort(compareBytes)).toEqual(row?.sorted);
});

function differences<T>(inputs: string[], oracle: T[], live: T[]): unknown[] {
  return inputs
    .map((input, index) => ({ input, oracle: oracle[index], live: live[index] }))
    .filter((row) => row.oracle !== row.live)
    .slice(0, 10);
}
