import { expect, test } from "vitest";
import { readTextLines, reasonToSkip } from "@/lib/testing/oracle/shared-data";
import { aSweepableDatabase } from "@/lib/testing/sweeping";

const FILE = "enrichment-examples.ndjson";
const CREATED_AT = new Date("2025-07-01T00:00:00Z");
const WITNESSED = "10.9.8.7";

type Reading = [
  source_ip: string,
  asn: number | null,
  country: string | null,
  types: string[] | null,
  setAside: string[],
];

const READINGS: Record<string, Reading> = {
  "flat-normal": ["198.51.100.23", 64500, "NL", [], []],
  "flat-asn-string": [WITNESSED, 64501, "VN", [], []],
  "flat-empty-fallback": [WITNESSED, null, null, [], []],
  "nested-loader": ["203.0.113.77", 64502, "US", [], []],
  "nested-two-ips-vt": ["2001:db8::1:5", 64503, "DE", [], []],
  "mixed-flat-over-nested": ["198.51.100.9", 64504, "BR", [], []],
  "v22-multi-source": ["198.51.100.42", 64505, "SG", ["cloud"], []],
  "cymru-fallback-spur-object": ["192.0.2.200", 64506, "IN", ["SERVER", "DESKTOP"], []],
  "spur-list-filled": ["192.0.2.31", 64507, "RU", ["DESKTOP", "MOBILE"], []],
  "country-asn-oddities": ["192.0.2.99", 64508, null, [], ["snapshot_country country-unreadable usa"]],
  "nul-and-control-chars": [WITNESSED, null, null, null, ["document document-unreadable"]],
  "type-chaos": [
    WITNESSED,
    null,
    "ZZ",
    [],
    ["enrichment_at enriched-at-unreadable yesterday", "snapshot_asn asn-out-of-range 4294967294"],
  ],
};

test.for(["json", "jsonb"] as const)(
  "every published example is read as it should be, from %s documents",
  async (enrichmentType, context) => {
    const reason = reasonToSkip(FILE);
    if (reason !== null) return context.skip(reason);

    const examples = readTextLines(FILE)
      .map((line) => ({
        name: (JSON.parse(line) as { name: string }).name,
        // The text as it stands: a parse and a print would turn NUL escapes and numbers into others.
        document: line.replace(/^.*?"enrichment": /, "").slice(0, -1),
      }))
      .filter(({ name }) => enrichmentType === "json" || name !== "nul-and-control-chars");
    const database = await aSweepableDatabase({
      enrichmentType,
      sessions: examples.map(({ name, document }) => ({
        sessionId: name,
        enrichmentText: document,
        columns: { created_at: CREATED_AT },
        events: [{ payload: { src_ip: WITNESSED } }],
      })),
    });
    await database.sweep();
    const rows = await database.query<{ name: string; reading: Reading; enrichment_at: Date }>(
      `select s.session_id as name, s.enrichment_at, jsonb_build_array(
         s.source_ip, s.snapshot_asn, s.snapshot_country, s.snapshot_ip_types, (
           select coalesce(jsonb_agg(concat_ws(' ', a.field, a.reason, a.value) order by a.field), '[]')
           from tidemark.set_aside as a where a.key = s.session_id
         )) as reading
       from public.session_summaries as s`,
    );
    expect(Object.fromEntries(rows.map(({ name, reading }) => [name, reading]))).toEqual(
      Object.fromEntries(examples.map(({ name }) => [name, READINGS[name]])),
    );
    for (const { name, enrichment_at } of rows) {
      expect(enrichment_at).toEqual(name === "v22-multi-source" ? new Date("2025-11-05T09:00:02Z") : CREATED_AT);
    }
  },
);
