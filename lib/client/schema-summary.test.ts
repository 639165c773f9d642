import { expect, test } from "vitest";
import { shortDefinition, splitColumn, summarise, toBuildText, toSizeText } from "@/lib/client/schema-summary";

test.each([
  ["CREATE INDEX idx_session_source_ip ON public.session_summaries USING btree (source_ip)", "btree (source_ip)"],
  ['CREATE UNIQUE INDEX "Odd" ON s.t USING btree (a)', "unique btree (a)"],
  ["CHECK ((session_count >= 0))", "check ((session_count >= 0))"],
  [
    "FOREIGN KEY (source_ip) REFERENCES public.ip_inventory(ip_address)",
    "foreign key (source_ip) → public.ip_inventory(ip_address)",
  ],
])("shortens %s", (definition, short) => {
  expect(shortDefinition(definition)).toBe(short);
});

test("lets the worst state speak for all", () => {
  expect(summarise(["as-declared", "planned", "missing", "invalid"])).toEqual({
    state: "different",
    text: "2 differ, 1 planned",
  });
  expect(summarise(["missing", "planned", "missing"])).toEqual({ state: "missing", text: "2 missing, 1 planned" });
  expect(summarise(["v15", "planned"])).toEqual({ state: "planned", text: "1 planned" });
  expect(summarise(["v15", "extra", "as-declared"])).toEqual({ state: "as-declared", text: "as declared" });
});

test.each([
  ["integer default 1 not null", { type: "integer", rest: "default 1 not null", generated: null }],
  ["character varying(45)", { type: "varchar(45)", rest: "", generated: null }],
  ["timestamp with time zone not null", { type: "timestamptz", rest: "not null", generated: null }],
  [
    "text[] generated always as (public.f((enrichment)::text, 'default (x)'::text)) stored not null",
    { type: "text[]", rest: "not null", generated: "public.f((enrichment)::text, 'default (x)'::text)" },
  ],
])("takes %s apart", (description, parts) => {
  expect(splitColumn(description)).toEqual(parts);
});

test("says how large a table is, and that it is not known", () => {
  expect(toSizeText({ exists: true, rows: 1_682_809, bytes: 8_400_000_000 })).toBe(
    "1,682,809 rows by estimate, 8.4 GB",
  );
  expect(toSizeText({ exists: true, rows: null, bytes: null })).toBe("rows not estimated yet");
  expect(toSizeText({ exists: false, rows: null, bytes: null })).toBe("");
});

test("a build shows its stage in numbers, and never all of it before it is", () => {
  const build = { pid: 7, since: "2026-11-22T20:00:00.000Z", waitsFor: null };
  const scanning = { ...build, stage: "building index: scanning table", unit: "blocks" as const };
  expect(toBuildText({ ...scanning, done: 35_226, total: 81_920 })).toEqual({
    word: "building 43 %",
    note: "scanning table, 35,226 of 81,920 blocks",
    share: 35_226 / 81_920,
  });
  expect(toBuildText({ ...scanning, done: 81_919, total: 81_920 }).word).toBe("building 99 %");
  const waiting = { ...build, stage: "waiting for writers before build", unit: "sessions" as const };
  expect(toBuildText({ ...waiting, waitsFor: 48_213, done: 1, total: 3 })).toEqual({
    word: "waiting",
    note: "Waits for pid 48213 to end its transaction, 1 of 3 sessions gone",
    share: null,
  });
});
