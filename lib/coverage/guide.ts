import type { CoverageDetail, PhaseId } from "@/lib/contract";
import { hasColumn } from "@/lib/coverage/measures";
import { qualify } from "@/lib/db/identifier";
import { phaseOfColumn } from "@/lib/inspection/ownership";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

const SAMPLED = [
  "ip_address",
  "geo_country",
  "ip_types",
  "current_asn",
  "session_count",
  "is_scanner",
  "last_seen",
] as const;

/** What the recovery guide has one look at after a recovery, as SQL for psql, in its order. Pure. */
export function guideChecks(live: SchemaSnapshot): CoverageDetail["guide"] {
  const table = (name: string) => qualify(live.schema, name);
  const awaits = (name: string, columns: readonly string[]): PhaseId | null => {
    const missing = columns.find((column) => !hasColumn(live, name, column));
    return missing === undefined ? null : phaseOfColumn(name, missing);
  };
  return [
    {
      check: "schema-version",
      sql: `select * from ${table("schema_state")} where key = 'schema_version';`,
      awaits: null,
    },
    {
      check: "asns",
      sql: `select count(*) from ${table("asn_inventory")};`,
      awaits: awaits("asn_inventory", ["asn_number"]),
    },
    {
      check: "addresses",
      sql: `select count(*) from ${table("ip_inventory")};`,
      awaits: awaits("ip_inventory", ["ip_address"]),
    },
    {
      check: "sessions-with-address",
      sql: `select count(*) from ${table("session_summaries")} where source_ip is not null;`,
      awaits: awaits("session_summaries", ["source_ip"]),
    },
    {
      check: "sample",
      sql: `select ${SAMPLED.join(", ")}
from ${table("ip_inventory")} order by session_count desc, ip_address limit 5;`,
      awaits: awaits("ip_inventory", SAMPLED),
    },
  ];
}
