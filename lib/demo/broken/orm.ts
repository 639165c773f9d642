import { qualify } from "@/lib/db/identifier";
import { flatAddress } from "@/lib/demo/broken/documents";

/** The inventories as the application's ORM declares them: `create_all()` makes what is missing at start-up. */
export function ormTablesSql(schema: string): string[] {
  const [asns, ips, history] = ["asn_inventory", "ip_inventory", "ip_asn_history"].map((it) => qualify(schema, it));
  return [
    `create table ${asns} (
  asn_number serial not null,
  organization_name text,
  organization_country varchar(2),
  rir_registry varchar(10),
  asn_type text,
  is_known_hosting boolean default false not null,
  is_known_vpn boolean default false not null,
  first_seen timestamp with time zone not null,
  last_seen timestamp with time zone not null,
  unique_ip_count integer default '0' not null,
  total_session_count integer default '0' not null,
  enrichment json default '{}' not null,
  enrichment_updated_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint pk_asn_inventory primary key (asn_number)
)`,
    `create index ix_asn_inventory_org_name on ${asns} (organization_name)`,
    `create index ix_asn_inventory_asn_type on ${asns} (asn_type)`,
    `create index ix_asn_inventory_session_count on ${asns} (total_session_count)`,
    `create index ix_asn_inventory_first_seen on ${asns} (first_seen)`,
    `create index ix_asn_inventory_last_seen on ${asns} (last_seen)`,
    `create table ${history} (
  ip_address varchar(45) not null,
  asn_number integer not null,
  observed_at timestamp with time zone default now() not null,
  verification_source varchar(50),
  constraint pk_ip_asn_history primary key (ip_address, asn_number, observed_at)
)`,
    `create index ix_ip_asn_history_ip on ${history} (ip_address)`,
    `create index ix_ip_asn_history_asn on ${history} (asn_number)`,
    `create index ix_ip_asn_history_observed on ${history} (observed_at)`,
    `create table ${ips} (
  ip_address varchar(45) not null,
  current_asn integer,
  asn_last_verified timestamp with time zone,
  first_seen timestamp with time zone not null,
  last_seen timestamp with time zone not null,
  session_count integer default '1' not null,
  enrichment json default '{}' not null,
  enrichment_updated_at timestamp with time zone,
  enrichment_version varchar(10) default '2.2' not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint pk_ip_inventory primary key (ip_address),
  constraint fk_ip_inventory_current_asn_asn_inventory foreign key (current_asn) references ${asns} (asn_number)
)`,
    `create index ix_ip_inventory_current_asn on ${ips} (current_asn)`,
    `create index ix_ip_inventory_first_seen on ${ips} (first_seen)`,
    `create index ix_ip_inventory_last_seen on ${ips} (last_seen)`,
    `create index ix_ip_inventory_session_count on ${ips} (session_count)`,
    `create index ix_ip_inventory_enrichment_updated on ${ips} (enrichment_updated_at)`,
  ];
}

/**
 * Rows that the application has written into its tables, as awkward as they let it: systems 0 and -1, countries that
 * are none, documents that jsonb cannot hold, counts below zero. The addresses and systems are of documentation
 * ranges, which no session names; some addresses of sessions are the application's as well.
 */
export function ormRowsSql(schema: string): string[] {
  const [asns, ips, history] = ["asn_inventory", "ip_inventory", "ip_asn_history"].map((it) => qualify(schema, it));
  const nul = String.raw`{"maxmind": {"country": "SE"}, "urlhaus": "\u0000"}`;
  return [
    `insert into ${asns} (asn_number, organization_name, organization_country, rir_registry, asn_type, first_seen,
  last_seen, unique_ip_count, total_session_count, enrichment, enrichment_updated_at)
values
  (64496, 'EXAMPLE-NET', 'NL', 'ripencc', 'HOSTING', '2024-02-01Z', '2024-03-01Z', 3, 12, '{"cymru": {"asn": 64496}}', '2024-03-02Z'),
  (64497, 'Example Telecom', 'nl', 'arin', 'ISP', '2024-02-01Z', '2024-03-01Z', 0, 0, '{}', '2024-03-02Z'),
  (64498, null, '1A', null, null, '2024-02-01Z', '2024-03-01Z', -1, 0, '${nul}', '2024-03-02Z'),
  (64499, '', '', '', '', '2024-02-01Z', '2024-03-01Z', 0, 0, 'null', null),
  (0, 'Not routed', null, null, null, '2024-02-01Z', '2024-03-01Z', 1, 1, '{}', '2024-03-02Z'),
  (-1, null, 'XX', null, null, '2024-02-01Z', '2024-03-01Z', 0, 0, '{}', null)`,
    `insert into ${ips} (ip_address, current_asn, asn_last_verified, first_seen, last_seen, session_count, enrichment,
  enrichment_updated_at, enrichment_version)
values
  ('192.0.2.10', 64496, '2024-03-02Z', '2024-02-01Z', '2024-03-01Z', 7, '{"maxmind": {"country": "nl"}, "spur": {"client": {"types": "VPN"}}}', '2024-03-02Z', '2.2'),
  ('192.0.2.11', 0, null, '2024-02-01Z', '2024-03-01Z', -3, '${nul}', '2024-03-02Z', '2.2'),
  ('192.0.2.12', -1, null, '2024-02-01Z', '2024-03-01Z', 0, 'null', '2024-03-02Z', '2.1'),
  ('192.0.2.13', 64498, null, '2024-02-01Z', '2024-03-01Z', 1, '["not", "an object"]', '2024-03-02Z', 'legacy'),
  ('192.0.2.14', null, null, '2024-02-01Z', '2024-03-01Z', 1, '{"maxmind": {"country": "SE"}}', null, '2.2'),
  ('2001:db8::13', null, null, '2024-02-01Z', '2024-03-01Z', 2, '{"greynoise": {"noise": "maybe"}, "score": 1e999999}', '2024-03-02Z', '2.2')`,
    `insert into ${ips} (ip_address, current_asn, first_seen, last_seen, session_count, enrichment, enrichment_updated_at)
select address, 64496, '2024-02-01Z', '2024-02-01Z', 1000000, '{"maxmind": {"country": "NL", "asn": 64496}}', now()
from (select distinct ${flatAddress("s")} as address from ${qualify(schema, "session_summaries")} as s) as found
where address is not null
order by address
limit 20`,
    `insert into ${history} (ip_address, asn_number, observed_at, verification_source)
values ('192.0.2.10', 64497, '2024-01-01Z', 'maxmind'), ('192.0.2.10', 64496, '2024-02-01Z', 'cymru')`,
  ];
}
