import { createReadStream, createWriteStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { type DatabaseTarget, withClient } from "@/lib/db/client";

/** How many rows of each table were found equal to the reference's. */
export type Compared = Record<string, number>;

/** What the reference strategy computed, in files, so that its database need not stay. */
export interface ReferenceValues {
  folder: string;
}

/** Writes the values of a migrated reference database into `folder`. */
export async function saveReference(target: DatabaseTarget, folder: string): Promise<ReferenceValues> {
  await withClient(target, async (client) => {
    for (const [table, { read }] of Object.entries(TABLES)) {
      await pipeline(client.query(copyTo(`copy (${read}) to stdout`)), createWriteStream(path.join(folder, table)));
    }
  });
  return { folder };
}

/**
 * Compares a migrated database with what the reference strategy computed from the same data: addresses, ASNs and
 * countries of the sessions whose documents both can read; of the inventories the rows whose sessions both have read.
 *
 * @throws {Error} that counts and names what differs, and when there are no sessions.
 */
export async function compareWithReference(target: DatabaseTarget, reference: ReferenceValues): Promise<Compared> {
  return withClient(target, async (client) => {
    for (const [table, { columns }] of Object.entries(TABLES)) {
      await client.query(`create temporary table ${table} (${columns})`);
      const copy = client.query(copyFrom(`copy pg_temp.${table} from stdin`));
      await pipeline(createReadStream(path.join(reference.folder, table)), copy);
      await client.query(`analyze pg_temp.${table}`);
    }
    await client.query(`create temporary table read_sessions as ${READ_SESSIONS}`);
    const compared: Compared = {};
    const differences: string[] = [];
    for (const [what, sql] of Object.entries(COMPARISONS)) {
      const { same, different, examples } = await count(client, sql);
      compared[what] = same;
      if (different > 0) differences.push(`${different} ${what} differ (${examples.join(", ")})`);
      else if (same === 0 && what === "sessions") differences.push("there are no sessions");
    }
    if (differences.length > 0) throw new Error(`Not as the reference: ${differences.join("; ")}.`);
    return compared;
  });
}

async function count(client: pg.Client, sql: string) {
  const { rows } = await client.query<{ same: number; different: number; examples: string[] }>(
    `select count(*) filter (where is_same) as same, count(*) filter (where not is_same) as different,
            coalesce((array_agg(key::text order by key) filter (where not is_same))[1:3], '{}') as examples
     from (${sql}) as compared`,
  );
  return rows[0] ?? { same: 0, different: 0, examples: [] };
}

/**
 * What is kept of the reference, by table. It reads fewer sources than Tidemark, those that Tidemark prefers, and at the
 * top level only: where it found a value, both computed the same. Of a row of an inventory that holds only where it
 * found that key in every session of it.
 */
const TABLES = {
  reference_sessions: {
    columns: "session_id text, source_ip text, asn integer, country text",
    read: "select session_id, source_ip, snapshot_asn, snapshot_country from public.session_summaries",
  },
  reference_addresses: {
    columns: "key text, asn integer, first_seen timestamptz, last_seen timestamptz, sessions integer, country text",
    read: "select ip_address, current_asn, first_seen, last_seen, session_count, geo_country from public.ip_inventory",
  },
  reference_asns: {
    columns: "key integer, first_seen timestamptz, last_seen timestamptz, sessions integer, addresses integer",
    read: "select asn_number, first_seen, last_seen, total_session_count, unique_ip_count from public.asn_inventory",
  },
} as const;

/** Both strategies' sessions side by side. */
const READ_SESSIONS = `
select
  coalesce(s.session_id, r.session_id) as key, s.source_ip::text as source_ip, s.snapshot_asn as asn,
  s.snapshot_country::text as country, s.session_id is not null and r.session_id is not null as is_in_both,
  r.source_ip as reference_ip, r.asn as reference_asn, r.country as reference_country
from public.session_summaries as s
full join pg_temp.reference_sessions as r on r.session_id = s.session_id`;

/** One row a key that both have computed, and whether with the same result. */
const COMPARISONS = {
  sessions: "select key, is_in_both as is_same from pg_temp.read_sessions",
  addresses: `
    select key, source_ip is not distinct from reference_ip as is_same
    from pg_temp.read_sessions
    where reference_ip is not null`,
  ASNs: `
    select key, asn is not distinct from reference_asn as is_same
    from pg_temp.read_sessions
    where reference_asn is not null`,
  countries: `
    select key, country is not distinct from reference_country as is_same
    from pg_temp.read_sessions
    where reference_country is not null`,
  "rows of ip_inventory": `
    select
      known.key,
      (r.sessions, r.first_seen, r.last_seen) is not distinct from (i.session_count, i.first_seen, i.last_seen)
        and (r.asn is null or r.asn is not distinct from i.current_asn)
        and (r.country !~ '^[A-Z]{2}$' or r.country is not distinct from i.geo_country) as is_same
    from (
      select source_ip as key
      from pg_temp.read_sessions
      where source_ip is not null
      group by source_ip
      having bool_and(reference_ip is not null)
    ) as known
    left join pg_temp.reference_addresses as r on r.key = known.key
    left join public.ip_inventory as i on i.ip_address = known.key`,
  "rows of asn_inventory": `
    select
      known.key,
      (r.sessions, r.first_seen, r.last_seen)
        is not distinct from (i.total_session_count, i.first_seen, i.last_seen)
        and (not knows_addresses or r.addresses is not distinct from i.unique_ip_count) as is_same
    from (
      select asn as key, bool_and(reference_ip is not null) as knows_addresses
      from pg_temp.read_sessions
      where asn is not null
      group by asn
      having bool_and(reference_asn is not null)
    ) as known
    left join pg_temp.reference_asns as r on r.key = known.key
    left join public.asn_inventory as i on i.asn_number = known.key`,
};
