import { qualify } from "@/lib/db/identifier";
import { RESWEEP_COLUMN } from "@/lib/db/repair-names";
import { firstInvalid, firstValue, type Reach } from "@/lib/enrichment/candidates";
import { addressOfText, sessionEntrySql } from "@/lib/enrichment/reading-functions";
import { BLANKS, kindsOf, RAW_EVENT_KEYS, type Rule, SESSION_RULES, type SessionValue } from "@/lib/enrichment/rules";
import { sweepCall as call, UNREADABLE } from "@/lib/enrichment/sweep-functions";

/** What the live tables allow a sweep to do; read from the catalog before the first batch. */
export interface SweepShape {
  /** Schema that holds `session_summaries`. */
  schema: string;
  enrichmentType: "json" | "jsonb";
  /** `raw_events` exists and may be read. */
  hasRawEvents: boolean;
  /** The singular `snapshot_ip_type` of the application's own migration exists. */
  hasLegacyIpType: boolean;
  /** Inventories that exist: their rows are written before the sessions that refer to them. */
  inventories: readonly ("asn_inventory" | "ip_inventory")[];
  /** Values from before a repair of the sessions' columns, which the declared columns are to hold. Default none. */
  refills?: readonly Refill[];
  /** Sessions are marked to be swept again; the sweep clears the mark. Default no. */
  isReswept?: boolean;
}

/** Where a column of `s`, the sessions, is to take its value from before the rules are asked. */
export interface Refill {
  column: SessionValue;
  /** SQL of what the column shall hold already; NULL for nothing. */
  held: string;
  /** SQL condition: the session is to be swept for it. */
  isDue: string;
  /** SQL condition: a value is there that the column cannot hold as it is. */
  isRefused: string;
  /** SQL of the reason. */
  reason: string;
  /** SQL of the value as text. */
  spelling: string;
}

/** The condition under which a session is swept although it is neither open nor recoverable; null: never. */
export function dueAgain({
  refills = [],
  isReswept = false,
}: Pick<SweepShape, "refills" | "isReswept">): string | null {
  const due = refills.map(({ isDue }) => isDue).filter((condition) => condition !== "false");
  const conditions = [...(isReswept ? [`s.${RESWEEP_COLUMN}`] : []), ...due];
  return conditions.length === 0 ? null : conditions.map((condition) => `coalesce(${condition}, false)`).join(" or ");
}

/** Which sessions to read. */
export interface Selection {
  /** SQL condition over `s`, the sessions. */
  condition: string;
  /** Of the columns that the rules fill, those to take into account; the others count as NULL and need not exist. */
  filled: readonly SessionValue[];
  /** A clause behind the table's name, e.g. `tablesample`. */
  sample?: string;
  /**
   * Swept sessions are read again: an empty list of types, which is what nothing found leaves, counts as NULL. What the
   * column holds is then `held_ip_types`.
   */
  isRetry?: boolean;
}

const COLUMN_TYPES: Record<SessionValue, string> = {
  source_ip: "text",
  snapshot_asn: "integer",
  snapshot_country: "text",
  snapshot_ip_types: "text[]",
  enrichment_at: "timestamptz",
};

/** The document and the entry, as columns of the stage before. */
const REACH: Reach = { document: "document", entry: "entry", columns: { snapshot_ip_type: "legacy_ip_type" } };

/**
 * The subquery of the selected sessions, each with its address by the rules.
 *
 * Stages are nested and each ends in OFFSET 0, which keeps PostgreSQL from merging them: the document is parsed
 * once a row, and every stage sees what the one before computed. Raw events are read only where the document alone
 * does not decide. Columns: `address`, and what the stages are named after.
 */
export function addressStages(shape: SweepShape, selection: Selection): string {
  const { condition, filled, sample = "", isRetry = false } = selection;
  const refills = (shape.refills ?? []).filter(({ column }) => filled.includes(column));
  const columns = Object.entries(COLUMN_TYPES).map(([column, type]) => {
    if (!filled.some((value) => value === column)) return `null::${type} as ${column}`;
    const refill = isRetry ? undefined : refills.find((it) => it.column === column);
    if (refill !== undefined) return `(${refill.held})::${type} as ${column}`;
    return isRetry && column === "snapshot_ip_types"
      ? "nullif(s.snapshot_ip_types, '{}')::text[] as snapshot_ip_types, s.snapshot_ip_types as held_ip_types"
      : `s.${column}::${type}`;
  });
  const again = isRetry ? null : dueAgain(shape);
  const repair = [
    ...(again === null ? [] : [`${again} as is_due_again`]),
    ...refills
      .filter(() => filled.length > 1 && !isRetry)
      .map(
        ({ column, isRefused, reason, spelling }) =>
          `case when ${isRefused} then array[${reason}, ${spelling}]::text[] end as refused_${column}`,
      ),
  ];
  const legacyIpType = shape.hasLegacyIpType ? "pg_catalog.to_jsonb(s.snapshot_ip_type)" : "null::jsonb";
  return `
select
  witnessing.*,
  coalesce(
    source_ip,
    stated,
    case when witnessed = any(named) then witnessed else named[1] end,
    witnessed
  ) as address
from (
  select
    naming.*,
    ${witnessSql(shape, "firstValid")} as witnessed
  from (
    select
      stating.*,
      case when source_ip is null and stated is null and session is not null then (
        ${NAMED_ADDRESSES}
      ) end as named
    from (
      select
        reading.*,
        case pg_catalog.jsonb_typeof(document -> 'session') when 'object' then document -> 'session' end as session,
        case when source_ip is null then ${firstValue(SESSION_RULES.source_ip, REACH, call)} end as stated
      from (
        select
          s.ctid as tid,
          s.xmin as version,
          s.session_id,
          ${[...columns, ...repair].join(",\n          ")},
          s.created_at,
          s.last_event_at,
          s.first_event_at,
          ${legacyIpType} as legacy_ip_type,
          ${call("read_document", "s.enrichment")} as document
        from ${qualify(shape.schema, "session_summaries")} as s ${sample}
        where ${condition}
        offset 0
      ) as reading
      offset 0
    ) as stating
    offset 0
  ) as naming
  offset 0
) as witnessing
offset 0`;
}

/** Distinct addresses among the keys of `session`, the smallest first; NULL if there is none. */
const NAMED_ADDRESSES = `select pg_catalog.array_agg(distinct candidate.address order by candidate.address)
        from (
          select ${addressOfText("key", call)} collate "C" as address
          from pg_catalog.jsonb_object_keys(session) as key
        ) as candidate
        where candidate.address is not null`;

/**
 * The subquery of the selected sessions, each with all five values by the rules.
 *
 * Columns `new_<column>`: what the column shall hold, never another than what it holds. Columns `invalid_<column>`:
 * the first invalid JSON value where the rules give none. `is_unreadable`: of the document.
 */
export function sessionStages(shape: SweepShape, selection: Selection): string {
  const { snapshot_asn, snapshot_country, snapshot_ip_types, enrichment_at } = SESSION_RULES;
  return `
select
  valued.*,
  coalesce(snapshot_ip_types, case when not is_unreadable then coalesce(found_ip_types, '{}') end) as new_snapshot_ip_types,
  case when address is null then ${invalidAddressSql(shape)} end as invalid_source_ip,
  case when new_snapshot_asn is null then ${firstInvalid(snapshot_asn, REACH, call)} end as invalid_snapshot_asn,
  case when new_snapshot_country is null then ${firstInvalid(snapshot_country, REACH, call)} end as invalid_snapshot_country,
  case when snapshot_ip_types is null and found_ip_types is null and not is_unreadable
    then ${firstInvalid(snapshot_ip_types, REACH, call)} end as invalid_snapshot_ip_types,
  ${firstInvalid(enrichment_at, REACH, call)} as invalid_enrichment_at
from (
  select
    entering.*,
    address as new_source_ip,
    coalesce(snapshot_asn, ${firstValue(snapshot_asn, REACH, call)}) as new_snapshot_asn,
    coalesce(snapshot_country, ${firstValue(snapshot_country, REACH, call)}) as new_snapshot_country,
    case when snapshot_ip_types is null then ${firstValue(snapshot_ip_types, REACH, call)} end as found_ip_types,
    coalesce(enrichment_at, ${firstValue(enrichment_at, REACH, call)}, ${standIns(enrichment_at)}) as new_enrichment_at
  from (
    select
      addressed.*,
      document is not distinct from ${UNREADABLE}::jsonb as is_unreadable,
      case when session is not null then (
        ${sessionEntrySql("session", "address", call)}
      ) end as entry
    from (${addressStages(shape, selection)}
    ) as addressed
    offset 0
  ) as entering
  offset 0
) as valued
offset 0`;
}

function standIns({ sources }: Rule): string {
  return sources
    .flatMap((source) =>
      source.from === "column" ? [source.column] : source.from === "now" ? ["pg_catalog.now()"] : [],
    )
    .join(", ");
}

/** Where no source gives an address: the first invalid one of the document, of the keys, of the raw events. */
function invalidAddressSql(shape: SweepShape): string {
  return `coalesce(
    ${firstInvalid(SESSION_RULES.source_ip, REACH, call)},
    case when session is not null then (
      select pg_catalog.to_jsonb(pg_catalog.min(key collate "C"))
      from pg_catalog.jsonb_object_keys(session) as key
      where pg_catalog.btrim(key, ${BLANKS}) <> ''
    ) end,
    ${witnessSql(shape, "firstInvalid")}
  )`;
}

/**
 * What the session's raw events say: `firstValid` the address where the document does not decide, `firstInvalid` the
 * first value present. Events are read one by one, until one answers; unreadable payloads are passed over.
 */
function witnessSql(shape: SweepShape, wanted: "firstValid" | "firstInvalid"): string {
  if (!shape.hasRawEvents) return wanted === "firstValid" ? "null::text" : "null::jsonb";
  const answers = RAW_EVENT_KEYS.map((key) => {
    const item = `(payload -> '${key}')`;
    const answer =
      wanted === "firstValid"
        ? call("address", item)
        : `case when ${call("address_reason", item)} is not null then ${item} end`;
    return `(
      select answer
      from (
        select ${answer} as answer
        from (
          select ${call("parse", "event.payload::text")} as payload
          from (
            select found.payload
            from (
              -- Sorted only outside: without statistics PostgreSQL would read all events in the order of an index.
              select e.payload, e.event_timestamp, e.id
              from ${qualify(shape.schema, "raw_events")} as e
              where e.session_id = ${wanted === "firstValid" ? "naming" : "valued"}.session_id
              offset 0
            ) as found
            order by found.event_timestamp, found.id
            offset 0
          ) as event
          offset 0
        ) as parsed
        offset 0
      ) as answered
      where answer is not null
      limit 1
    )`;
  });
  if (wanted === "firstInvalid") return `coalesce(${answers.join(", ")})`;
  return `case when source_ip is null and stated is null and pg_catalog.cardinality(named) is distinct from 1
      then coalesce(${answers.join(", ")}) end`;
}

/**
 * The subquery of what the rules refuse in one row of `sessionStages`, here called `row`.
 * Columns: `field`, `reason`, `item` (the JSON value, NULL for a document).
 */
export function refusedValues(row: string): string {
  const values = Object.entries(SESSION_RULES).map(([field, rule]) => {
    const item = `${row}.invalid_${field}`;
    // What one source refuses another may take: the reason is that of the first kind that refuses it.
    const reasons = kindsOf(rule).map((kind) => call(`${kind}_reason`, item));
    return `('${field}', coalesce(${reasons.join(", ")}), ${item})`;
  });
  return `
    select *
    from (
      values
        ${values.join(",\n        ")},
        ('document', case when ${row}.is_unreadable then 'document-unreadable' end, null)
    ) as judged(field, reason, item)
    where reason is not null`;
}
