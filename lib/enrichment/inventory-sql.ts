import { qualify } from "@/lib/db/identifier";
import { firstValue } from "@/lib/enrichment/candidates";
import { sessionEntrySql } from "@/lib/enrichment/reading-functions";
import { ASN_RULES } from "@/lib/enrichment/rules";
import type { SweepShape } from "@/lib/enrichment/session-reading";
import { sweepCall as call } from "@/lib/enrichment/sweep-functions";

/** Which rows of an inventory to compute. */
export interface PopulateScope {
  /** Only the keys noted as touched; otherwise every key. No parameters either way, so that psql can run it. */
  touchedOnly: boolean;
  /** Only one part of so many, which have no key in common; default all. */
  part?: KeyPart | undefined;
}

/** One part of the keys of an inventory, counted from 0. */
export interface KeyPart {
  index: number;
  of: number;
}

/** The condition that picks a part of the keys, which are given as text; "true" for all of them. */
const inPart = (key: string, part: KeyPart | undefined) =>
  part === undefined ? "true" : `(pg_catalog.hashtext(${key}) & 2147483647) % ${part.of} = ${part.index}`;

/** The statement that forgets which keys of `inventory` were touched, once their rows are computed. */
export function forgetTouchedSql(inventory: "asn_inventory" | "ip_inventory", part?: KeyPart): string {
  return `delete from tidemark.touched_keys where inventory = '${inventory}' and ${inPart("key", part)}`;
}

/** An array, so that the few keys of a catch-up are looked up in the index rather than joined over all sessions. */
const touched = (inventory: string, type: string) =>
  `array(select t.key::${type} from tidemark.touched_keys as t where t.inventory = '${inventory}')`;

/** A session without any time of its own counts as seen when it was swept: both columns are NOT NULL. */
const FIRST_SEEN = "coalesce(s.first_event_at, s.last_event_at, s.created_at, s.enrichment_at)";
const LAST_SEEN = "coalesce(s.last_event_at, s.first_event_at, s.created_at, s.enrichment_at)";
/** The latest session of a group comes first. */
const LATEST_FIRST = `${LAST_SEEN} desc, s.session_id collate "C" desc`;
/** A session may have an ASN from elsewhere that no rule would give and the inventory cannot hold. */
const HAS_ASN = "s.snapshot_asn > 0";
const IS_FILLED = "pg_catalog.jsonb_typeof(document) = 'object' and document <> '{}'::jsonb";

/**
 * The statement that makes `asn_inventory` agree with the swept sessions; reads nothing of `ip_inventory`.
 *
 * Missing rows are inserted, derived rows computed anew, the application's only widened; a row for which nothing
 * changes is not touched, and none is deleted. Gives one row: `changed` rows.
 */
export function populateAsnInventorySql(shape: SweepShape, scope: PopulateScope): string {
  const sessions = qualify(shape.schema, "session_summaries");
  const selected = `s.enrichment_at is not null and ${HAS_ASN} and ${inPart("s.snapshot_asn::text", scope.part)}${
    scope.touchedOnly ? ` and s.snapshot_asn = any(${touched("asn_inventory", "integer")})` : ""
  }`;
  const texts = Object.entries(ASN_RULES).map(
    ([column, rule]) => `${firstValue(rule, { document: "document", entry: "entry" }, call)} as ${column}`,
  );
  const source = `
with grouped as materialized (
  select
    s.snapshot_asn as asn_number,
    min(${FIRST_SEEN}) as first_seen,
    max(${LAST_SEEN}) as last_seen,
    count(distinct s.source_ip) as unique_ip_count,
    count(*) as total_session_count,
    (array_agg(s.ctid order by ${LATEST_FIRST}))[1] as latest
  from ${sessions} as s
  where ${selected}
  group by s.snapshot_asn
), computed as (
  select
    entered.*,
    case when ${IS_FILLED} then document else '{}'::jsonb end as enrichment,
    ${texts.join(",\n    ")}
  from (
    select
      read.*,
      case when document ? 'session' then (
        ${sessionEntrySql("(document -> 'session')", "source_ip", call)}
      ) end as entry
    from (
      select grouped.*, s.source_ip::text as source_ip, ${call("read_document", "s.enrichment")} as document
      from grouped
      join ${sessions} as s on s.ctid = grouped.latest
      offset 0
    ) as read
    offset 0
  ) as entered
)`;
  return upsertSql(shape.schema, ASN_INVENTORY, source);
}

/** The statement that makes `ip_inventory` agree with the swept sessions, as `populateAsnInventorySql` does. */
export function populateIpInventorySql(shape: SweepShape, scope: PopulateScope): string {
  const sessions = qualify(shape.schema, "session_summaries");
  const selected = `s.enrichment_at is not null and s.source_ip is not null and ${inPart("s.source_ip::text", scope.part)}${
    scope.touchedOnly ? ` and s.source_ip = any(${touched("ip_inventory", "text")})` : ""
  }`;
  const source = `
with grouped as materialized (
  select
    s.source_ip as ip_address,
    min(${FIRST_SEEN}) as first_seen,
    max(${LAST_SEEN}) as last_seen,
    count(*) as session_count,
    (array_agg(s.snapshot_asn order by ${LATEST_FIRST}) filter (where ${HAS_ASN}))[1] as current_asn,
    (array_agg(s.ctid order by ${LATEST_FIRST}) filter (where s.enrichment is not null))[1] as latest
  from ${sessions} as s
  where ${selected}
  group by s.source_ip
), newest as (
  select grouped.*, ${call("read_document", "s.enrichment")} as document
  from grouped
  left join ${sessions} as s on s.ctid = grouped.latest
  offset 0
), computed as (
  select
    newest.*,
    case
      when ${IS_FILLED} then document
      when latest is null then '{}'::jsonb
      else coalesce((
        -- Only for an address whose newest document says nothing: its sessions one by one, until one does.
        select document
        from (
          select ${call("read_document", "older.enrichment")} as document
          from (
            select s.enrichment
            from ${sessions} as s
            where s.enrichment_at is not null and s.source_ip = newest.ip_address and s.enrichment is not null
            order by ${LATEST_FIRST}
            offset 0
          ) as older
          offset 0
        ) as read
        where ${IS_FILLED}
        limit 1
      ), '{}'::jsonb)
    end as enrichment
  from newest
)`;
  return upsertSql(shape.schema, IP_INVENTORY, source);
}

interface Inventory {
  name: string;
  key: string;
  /** Of each column that is computed, what an application's row makes of it: `mine` is there, `computed` is new. */
  columns: Readonly<Record<string, (mine: string, computed: string) => string>>;
}

const least = (mine: string, computed: string) => `least(${mine}, ${computed})`;
const greatest = (mine: string, computed: string) => `greatest(${mine}, ${computed})`;
const filled = (mine: string, computed: string) => `coalesce(${mine}, ${computed})`;

const ASN_INVENTORY: Inventory = {
  name: "asn_inventory",
  key: "asn_number",
  columns: {
    first_seen: least,
    last_seen: greatest,
    unique_ip_count: greatest,
    total_session_count: greatest,
    organization_name: filled,
    organization_country: filled,
    registry: filled,
    enrichment: filled,
  },
};

const IP_INVENTORY: Inventory = {
  name: "ip_inventory",
  key: "ip_address",
  columns: {
    first_seen: least,
    last_seen: greatest,
    session_count: greatest,
    current_asn: filled,
    enrichment: filled,
  },
};

/** Writes the rows of `computed`, in key order so that two writers never wait for each other crosswise. */
function upsertSql(schema: string, { name, key, columns }: Inventory, source: string): string {
  const names = Object.keys(columns);
  const results = Object.entries(columns).map(
    ([column, widen]) =>
      `case when mine.enrichment_updated_at is null then excluded.${column} else ${widen(`mine.${column}`, `excluded.${column}`)} end`,
  );
  return `${source}, written as (
  insert into ${qualify(schema, name)} as mine (${key}, ${names.join(", ")})
  select ${key}, ${names.join(", ")}
  from computed
  order by ${key}
  on conflict (${key}) do update
  set
    ${names.map((column, index) => `${column} = ${results[index]}`).join(",\n    ")},
    updated_at = pg_catalog.now()
  where (${names.map((column) => `mine.${column}`).join(", ")})
    is distinct from (
      ${results.join(",\n      ")}
    )
  returning 1
)
select count(*)::integer as changed
from written`;
}
