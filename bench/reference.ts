import pg from "pg";
import type { DatabaseTarget } from "@/lib/db/client";

/**
 * The reference strategy: what the application's own migration does, with its column-name bug mended, as plain SQL. One
 * transaction; each step one statement over the whole table, values read by `->` wherever they are needed.
 */

const ASN = `nullif(regexp_replace(coalesce(
  enrichment -> 'cymru' ->> 'asn', enrichment -> 'maxmind' ->> 'asn',
  enrichment -> 'dshield' -> 'ip' ->> 'as', enrichment -> 'dshield' -> 'ip' ->> 'asn'), '\\D', '', 'g'), '')::integer`;
const COUNTRY = `nullif(nullif(upper(coalesce(
  nullif(enrichment -> 'maxmind' ->> 'country', ''), nullif(enrichment -> 'cymru' ->> 'country', ''),
  enrichment -> 'dshield' -> 'ip' ->> 'ascountry')), ''), 'XX')`;
const ADDRESS = `coalesce(nullif(enrichment -> 'dshield' -> 'ip' ->> 'number', ''), enrichment -> 'session_metadata' ->> 'source_ip')`;

const HAS_DOCUMENT = "enrichment is not null and json_typeof(enrichment) = 'object'";

/** Steps by name, in order; all of them in one transaction. */
const STEPS: readonly [name: string, sql: string][] = [
  ["add source_ip", "alter table session_summaries add column source_ip varchar(45)"],
  ["fill source_ip", `update session_summaries set source_ip = ${ADDRESS} where ${HAS_DOCUMENT}`],
  ["index source_ip", "create index idx_session_source_ip on session_summaries (source_ip)"],
  [
    "make asn_inventory",
    `create table asn_inventory (
       asn_number integer primary key check (asn_number > 0), organization_name text, organization_country varchar(2),
       registry varchar(10), asn_type text, is_known_hosting boolean default false, is_known_vpn boolean default false,
       first_seen timestamptz not null, last_seen timestamptz not null, unique_ip_count integer default 0,
       total_session_count integer default 0, enrichment jsonb default '{}', enrichment_updated_at timestamptz,
       created_at timestamptz not null default now(), updated_at timestamptz not null default now())`,
  ],
  [
    "fill asn_inventory",
    `insert into asn_inventory (asn_number, organization_name, first_seen, last_seen, unique_ip_count, total_session_count, enrichment)
     select counted.asn, latest.organization, counted.first_seen, counted.last_seen, counted.ips, counted.sessions, latest.enrichment
     from (
       select ${ASN} as asn, min(first_event_at) as first_seen, max(last_event_at) as last_seen,
              count(distinct source_ip) as ips, count(*) as sessions
       from session_summaries where ${HAS_DOCUMENT} group by 1
     ) as counted
     join (
       select distinct on (1) ${ASN} as asn, enrichment -> 'dshield' -> 'ip' ->> 'asname' as organization, enrichment::jsonb as enrichment
       from session_summaries where ${HAS_DOCUMENT} order by 1, last_event_at desc
     ) as latest using (asn)
     where counted.asn > 0`,
  ],
  ["index asn_inventory", "create index idx_asn_org_name on asn_inventory (organization_name)"],
  [
    "make ip_inventory",
    `create table ip_inventory (
       ip_address varchar(45) primary key, current_asn integer, asn_last_verified timestamptz,
       first_seen timestamptz not null, last_seen timestamptz not null, session_count integer default 1,
       enrichment jsonb not null default '{}', enrichment_updated_at timestamptz, enrichment_version varchar(20) default '2.2',
       created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
       geo_country varchar(2) generated always as (upper(coalesce(enrichment -> 'maxmind' ->> 'country',
         enrichment -> 'cymru' ->> 'country', enrichment -> 'dshield' -> 'ip' ->> 'ascountry', 'XX'))) stored,
       is_scanner boolean generated always as (coalesce((enrichment -> 'greynoise' ->> 'noise') = 'true', false)) stored,
       is_bogon boolean generated always as (coalesce((enrichment -> 'validation' ->> 'is_bogon') = 'true', false)) stored)`,
  ],
  [
    "fill ip_inventory",
    `insert into ip_inventory (ip_address, current_asn, first_seen, last_seen, session_count, enrichment)
     select source_ip, asn, first_seen, last_seen, sessions, enrichment
     from (
       select source_ip, ${ASN} as asn,
              min(first_event_at) over (partition by source_ip) as first_seen,
              max(last_event_at) over (partition by source_ip) as last_seen,
              count(*) over (partition by source_ip) as sessions,
              enrichment::jsonb as enrichment,
              row_number() over (partition by source_ip order by last_event_at desc) as place
       from session_summaries
       where source_ip is not null and ${HAS_DOCUMENT}
     ) as ranked
     where place = 1`,
  ],
  ["index ip_inventory", "create index idx_ip_current_asn on ip_inventory (current_asn)"],
  ["index ip_inventory", "create index idx_ip_geo_country on ip_inventory (geo_country)"],
  ["index ip_inventory", "create index idx_ip_session_count on ip_inventory (session_count desc)"],
  [
    "retype timestamps",
    `alter table session_summaries
       alter column first_event_at type timestamptz using (first_event_at at time zone 'UTC') at time zone 'UTC',
       alter column last_event_at type timestamptz using (last_event_at at time zone 'UTC') at time zone 'UTC'`,
  ],
  [
    "add snapshot columns",
    `alter table session_summaries add column enrichment_at timestamptz, add column snapshot_asn integer,
       add column snapshot_country varchar(2), add column snapshot_ip_types text[]`,
  ],
  [
    "read snapshots",
    `create temporary table snapshots on commit drop as
     select session_id, ${ASN} as asn, ${COUNTRY} as country,
            case when json_typeof(enrichment -> 'spur') = 'array' and nullif(enrichment -> 'spur' ->> 9, '') is not null
              then array[enrichment -> 'spur' ->> 9] else '{}' end as types,
            created_at as at
     from session_summaries where ${HAS_DOCUMENT}`,
  ],
  [
    "write snapshots",
    `update session_summaries as s
     set snapshot_asn = t.asn, snapshot_country = t.country, snapshot_ip_types = t.types, enrichment_at = t.at
     from snapshots as t where t.session_id = s.session_id`,
  ],
  ["index snapshots", "create index idx_session_snapshot_asn on session_summaries (snapshot_asn)"],
  ["index snapshots", "create index idx_session_snapshot_country on session_summaries (snapshot_country)"],
  ["index snapshots", "create index idx_session_first_event_brin on session_summaries using brin (first_event_at)"],
  ["index snapshots", "create index idx_session_last_event_brin on session_summaries using brin (last_event_at)"],
  [
    "missing parents",
    `update ip_inventory set current_asn = null where current_asn is not null
       and not exists (select from asn_inventory where asn_number = current_asn)`,
  ],
  [
    "missing parents",
    "update session_summaries as s set source_ip = null where source_ip is not null and not exists (select from ip_inventory where ip_address = s.source_ip)",
  ],
  [
    "add keys",
    "alter table ip_inventory add constraint fk_ip_current_asn foreign key (current_asn) references asn_inventory not valid",
  ],
  [
    "add keys",
    "alter table session_summaries add constraint fk_session_source_ip foreign key (source_ip) references ip_inventory not valid",
  ],
  ["validate keys", "alter table ip_inventory validate constraint fk_ip_current_asn"],
  ["validate keys", "alter table session_summaries validate constraint fk_session_source_ip"],
];

/** How long the reference strategy took. */
export interface ReferenceRun {
  seconds: number;
  /** Seconds by step. */
  steps: Record<string, number>;
}

/** Migrates with the reference strategy: one transaction on one connection. */
export async function runReference(target: DatabaseTarget): Promise<ReferenceRun> {
  // A connection as any program opens it: Tidemark's own have settings that a naive migration does not make.
  const client = new pg.Client({ connectionString: target.connectionString, options: "-c timezone=UTC" });
  client.on("error", () => {});
  await client.connect();
  try {
    const steps: Record<string, number> = {};
    const startedAt = performance.now();
    await client.query("begin");
    for (const [name, sql] of STEPS) {
      const stepStartedAt = performance.now();
      await client.query(sql);
      steps[name] = (steps[name] ?? 0) + (performance.now() - stepStartedAt) / 1_000;
    }
    await client.query("commit");
    return { seconds: (performance.now() - startedAt) / 1_000, steps };
  } finally {
    await client.end();
  }
}
