import pg from "pg";
import type { DatabaseTarget } from "@/lib/db/client";

/**
 * The reference strategy: what the application's own migration does, with the mistakes mended that would end it, written
 * anew as plain SQL. One transaction; each step one statement over the whole table; each value read by `->` wherever it
 * is needed, at the top level of the document and from the sources that the application looks at.
 */

const ADDRESS = "enrichment -> 'dshield' -> 'ip' ->> 'number'";
const ASN = "(enrichment -> 'cymru' ->> 'asn')::integer";
const COUNTRY =
  "upper(coalesce(enrichment -> 'maxmind' ->> 'country', nullif(enrichment -> 'cymru' ->> 'country', '')))";
const TYPES = "enrichment -> 'spur' -> 'client' -> 'types'";
const HAS_ASN = `enrichment -> 'cymru' ->> 'asn' is not null and ${ASN} > 0`;

/** Steps by name, in order; all of them in one transaction. */
const STEPS: readonly [name: string, sql: string][] = [
  ["add source_ip", "alter table session_summaries add column source_ip varchar(45)"],
  ["fill source_ip", `update session_summaries set source_ip = ${ADDRESS} where ${ADDRESS} is not null`],
  ["index source_ip", "create index idx_session_source_ip on session_summaries (source_ip)"],
  [
    "make asn_inventory",
    `create table asn_inventory (
       asn_number integer primary key check (asn_number > 0), organization_name text,
       organization_country varchar(2) check (organization_country ~ '^[A-Z]{2}$'),
       registry varchar(10), asn_type text, is_known_hosting boolean default false, is_known_vpn boolean default false,
       first_seen timestamptz not null, last_seen timestamptz not null, unique_ip_count integer default 0,
       total_session_count integer default 0, enrichment jsonb default '{}', enrichment_updated_at timestamptz,
       created_at timestamptz not null default now(), updated_at timestamptz not null default now())`,
  ],
  ["index asn_inventory", "create index idx_asn_org_name on asn_inventory (organization_name)"],
  ["index asn_inventory", "create index idx_asn_type on asn_inventory (asn_type)"],
  ["index asn_inventory", "create index idx_asn_session_count on asn_inventory (total_session_count desc)"],
  [
    "fill asn_inventory",
    `with counted as (
       select ${ASN} as asn, min(first_event_at) as first_seen, max(last_event_at) as last_seen,
              count(distinct source_ip) as addresses, count(*) as sessions
       from session_summaries
       where ${HAS_ASN}
       group by ${ASN}
     ), latest as (
       select distinct on (${ASN}) ${ASN} as asn, enrichment
       from session_summaries
       where ${HAS_ASN}
       order by ${ASN}, last_event_at desc
     )
     insert into asn_inventory
       (asn_number, first_seen, last_seen, unique_ip_count, total_session_count, enrichment)
     select counted.asn, first_seen, last_seen, addresses, sessions, enrichment
     from counted join latest on latest.asn = counted.asn`,
  ],
  [
    "make ip_inventory",
    `create table ip_inventory (
       ip_address varchar(45) primary key, current_asn integer, asn_last_verified timestamptz,
       first_seen timestamptz not null, last_seen timestamptz not null, session_count integer default 1 check (session_count >= 0),
       enrichment jsonb not null default '{}', enrichment_updated_at timestamptz, enrichment_version varchar(20) default '2.2',
       created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
       geo_country varchar(2) generated always as (upper(coalesce(enrichment -> 'maxmind' ->> 'country',
         enrichment -> 'cymru' ->> 'country', enrichment -> 'dshield' -> 'ip' ->> 'ascountry', 'XX'))) stored,
       is_scanner boolean generated always as (coalesce((enrichment -> 'greynoise' ->> 'noise')::boolean, false)) stored,
       is_bogon boolean generated always as (coalesce((enrichment -> 'validation' ->> 'is_bogon')::boolean, false)) stored)`,
  ],
  ["index ip_inventory", "create index idx_ip_current_asn on ip_inventory (current_asn)"],
  ["index ip_inventory", "create index idx_ip_geo_country on ip_inventory (geo_country)"],
  ["index ip_inventory", "create index idx_ip_session_count on ip_inventory (session_count desc)"],
  ["index ip_inventory", "create index idx_ip_enrichment_updated on ip_inventory (enrichment_updated_at)"],
  [
    "index ip_inventory",
    `create index idx_ip_staleness_active on ip_inventory (enrichment_updated_at, last_seen)
     where enrichment_updated_at is not null`,
  ],
  [
    "fill ip_inventory",
    `insert into ip_inventory (ip_address, first_seen, last_seen, session_count, current_asn, enrichment)
     select distinct on (source_ip)
       source_ip,
       min(first_event_at) over (partition by source_ip),
       max(last_event_at) over (partition by source_ip),
       count(*) over (partition by source_ip),
       ${ASN},
       enrichment
     from session_summaries
     where source_ip is not null
     order by source_ip, last_event_at desc`,
  ],
  [
    "retype timestamps",
    `alter table session_summaries
       alter column first_event_at type timestamptz using first_event_at at time zone 'UTC',
       alter column last_event_at type timestamptz using last_event_at at time zone 'UTC'`,
  ],
  [
    "add snapshot columns",
    `alter table session_summaries
       add column enrichment_at timestamptz, add column snapshot_asn integer, add column snapshot_country varchar(2),
       add column snapshot_ip_types text[],
       add constraint snapshot_country_iso check (snapshot_country is null or snapshot_country ~ '^[A-Z]{2}$')`,
  ],
  [
    "read snapshots",
    `create temporary table snapshots on commit drop as
     select
       session_id,
       coalesce((enrichment ->> 'enriched_at')::timestamptz, created_at, last_event_at) as at,
       ${ASN} as asn,
       ${COUNTRY} as country,
       case json_typeof(${TYPES})
         when 'array' then array(select json_array_elements_text(${TYPES}))
         when 'string' then array[enrichment -> 'spur' -> 'client' ->> 'types']
         else '{}'
       end as types
     from session_summaries`,
  ],
  [
    "write snapshots",
    `update session_summaries as s
     set enrichment_at = t.at, snapshot_asn = t.asn, snapshot_country = t.country, snapshot_ip_types = t.types
     from snapshots as t
     where s.session_id = t.session_id`,
  ],
  ["index snapshots", "create index idx_session_first_event_brin on session_summaries using brin (first_event_at)"],
  ["index snapshots", "create index idx_session_last_event_brin on session_summaries using brin (last_event_at)"],
  ["index snapshots", "create index idx_session_snapshot_asn on session_summaries (snapshot_asn)"],
  ["index snapshots", "create index idx_session_snapshot_country on session_summaries (snapshot_country)"],
  [
    "look for orphans",
    `select count(*) from session_summaries s
     where not exists (select from ip_inventory i where i.ip_address = s.source_ip)`,
  ],
  [
    "look for orphans",
    `select count(*) from ip_inventory i
     where current_asn is not null and not exists (select from asn_inventory a where a.asn_number = i.current_asn)`,
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
