import type { CoverageDetail } from "@/lib/contract";
import { qualify } from "@/lib/db/identifier";

/** What the recovery guide has one look at after a recovery, as SQL for psql, in its order. Pure. */
export function guideChecks(schema: string): CoverageDetail["guide"] {
  const table = (name: string) => qualify(schema, name);
  return [
    { check: "schema-version", sql: `select * from ${table("schema_state")} where key = 'schema_version';` },
    { check: "asns", sql: `select count(*) from ${table("asn_inventory")};` },
    { check: "addresses", sql: `select count(*) from ${table("ip_inventory")};` },
    {
      check: "sessions-with-address",
      sql: `select count(*) from ${table("session_summaries")} where source_ip is not null;`,
    },
    {
      check: "sample",
      sql: `select ip_address, geo_country, ip_types, current_asn, session_count, is_scanner, last_seen
from ${table("ip_inventory")} order by session_count desc, ip_address limit 5;`,
    },
  ];
}
