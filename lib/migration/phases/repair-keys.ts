import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import type { Inspection } from "@/lib/inspection/inspection";
import { type ColumnPair, columnsOf, type TableRepair } from "@/lib/inspection/repairs";
import type { TableSnapshot } from "@/lib/inspection/snapshot";
import { alterTableSql } from "@/lib/migration/ddl";
import { declaredTable, findTable } from "@/lib/migration/phases/declared-objects";
import { rowsWhere, setAsideSql, wholeRow } from "@/lib/migration/phases/repair-set-aside";
import { conversionOf } from "@/lib/migration/phases/repair-values";

/** What rows with one key become when they are made one, and for which live types that can be computed. */
const MERGED: Readonly<Record<string, { with: "min" | "max"; types: RegExp }>> = {
  first_seen: { with: "min", types: /^(timestamp|date)/ },
  last_seen: { with: "max", types: /^(timestamp|date)/ },
  session_count: { with: "max", types: /^(smallint|integer|bigint|numeric)/ },
  total_session_count: { with: "max", types: /^(smallint|integer|bigint|numeric)/ },
  unique_ip_count: { with: "max", types: /^(smallint|integer|bigint|numeric)/ },
};

/**
 * What has to happen to rows before their key can be the declared one: a row whose key no value of the declared type
 * can say is noted whole and goes; of rows whose keys become the same, one stays, as wide as all of them, and the
 * others are noted whole and go. Nothing where the key stays as it is.
 */
export function keyStatements(inspection: Inspection, repair: TableRepair): string[] {
  const { schema } = inspection.live;
  const live = findTable(inspection.live, repair.table);
  const keys = keyPairs(inspection, repair.table);
  const conversions = keys.map((pair) => conversionOf(pair));
  if (
    live === undefined ||
    isWithoutKey(inspection, repair) ||
    (repair.key === null && conversions.every((it) => it === null))
  )
    return [];
  const values = keys.map((pair, index) => `(${conversions[index]?.value ?? quoteIdentifier(pair.live.name)})`);
  const reason = repair.table === "asn_inventory" ? "asn-out-of-range" : "ip-unreadable";
  const isLost = values.map((value) => `${value} is null`).join(" or ");
  const key = keys
    .map((pair) => `coalesce(${quoteIdentifier(pair.live.name)}::text, stored.ctid::text)`)
    .join(" || ' ' || ");
  const table = qualify(schema, repair.table);
  const place = `pg_catalog.row_number() over (partition by ${values.join(", ")} order by ${preference(live)})`;
  const ranked = `(select * from (select ctid, *, ${place} as same_key_place from ${table}) as ranked where same_key_place > 1)`;
  // Without a key rows may be equal to the last letter: the place tells them apart.
  const ranks = repair.key === null ? "" : " || ' #' || same_key_place";
  return [
    ...(repair.table === "asn_inventory" ? unlinkAsnStatements(inspection) : []),
    setAsideSql(schema, { table: repair.table, key, from: rowsWhere(table, isLost) }, wholeRow(live, reason)),
    `delete from ${table} where ${isLost}`,
    setAsideSql(schema, { table: repair.table, key: `${key}${ranks}`, from: ranked }, wholeRow(live, "duplicate-key")),
    mergeSql(table, live, values),
  ];
}

/** Whether a key column is missing, which is repaired in a table without rows alone: none is to be kept. */
export function isWithoutKey(inspection: Inspection, { table, missing }: TableRepair): boolean {
  const key = inspection.declared.constraints.find((it) => it.table === table && it.kind === "primary-key");
  const wanted = columnsOf(key?.definition ?? "()");
  return missing.some(({ name, defaultExpression }) => wanted.includes(name) && defaultExpression === null);
}

/** Addresses that name an ASN below 1, which has no row: noted and set to NULL, so that its row can go. */
export function unlinkAsnStatements(inspection: Inspection): string[] {
  const { schema } = inspection.live;
  const live = findTable(inspection.live, "ip_inventory");
  const column = live?.columns.find(({ name }) => name === "current_asn");
  const address = live?.columns.find(({ name }) => name === "ip_address");
  const declared = declaredTable(inspection, "ip_inventory").columns.find(({ name }) => name === "current_asn");
  if (column === undefined || address === undefined || declared === undefined) return [];
  if (column.generatedExpression !== null) return [];
  const when = conversionOf({ declared, live: column })?.isRefused ?? "current_asn < 1";
  const key = address.type === "inet" ? "pg_catalog.host(ip_address)" : "ip_address::text";
  const noted = { field: "current_asn", when, reason: "'asn-out-of-range'", spelling: "current_asn::text" };
  return [
    ...(column.isNullable ? [] : [alterTableSql(schema, "ip_inventory", ["alter column current_asn drop not null"])]),
    setAsideSql(schema, { table: "ip_inventory", key: `coalesce(${key}, stored.ctid::text)` }, [noted]),
    `update ${qualify(schema, "ip_inventory")} set current_asn = null where ${when}`,
  ];
}

/** The declared key columns that are there. */
export function keyPairs(inspection: Inspection, table: string): ColumnPair[] {
  const key = inspection.declared.constraints.find((it) => it.table === table && it.kind === "primary-key");
  const live = findTable(inspection.live, table)?.columns ?? [];
  const declared = declaredTable(inspection, table).columns;
  return columnsOf(key?.definition ?? "()").flatMap((name): ColumnPair[] => {
    const pair = { declared: declared.find((it) => it.name === name), live: live.find((it) => it.name === name) };
    return pair.declared === undefined || pair.live === undefined ? [] : [{ declared: pair.declared, live: pair.live }];
  });
}

/** The row that stays: one of the application rather than a derived one, the newest first. */
function preference({ columns }: TableSnapshot): string {
  const newest = ["enrichment_updated_at", "last_seen"].filter((name) =>
    columns.some((column) => column.name === name && /^(timestamp|date)/.test(column.type)),
  );
  return [...newest.map((name) => `${name} desc nulls last`), "ctid"].join(", ");
}

function mergeSql(table: string, live: TableSnapshot, values: string[]): string {
  const merged = Object.entries(MERGED).filter(([name, { types }]) =>
    live.columns.some(
      (column) => column.name === name && column.generatedExpression === null && types.test(column.type),
    ),
  );
  const removal = `delete from ${table} as stored using judged where stored.ctid = judged.tid and judged.place > 1`;
  const widest = merged.map(([name, how]) => `pg_catalog.${how.with}(${name}) over same_key as ${name}`);
  const judged = `with judged as materialized (
  select ${["ctid as tid", "pg_catalog.count(*) over same_key as size", ...widest].join(", ")},
    pg_catalog.row_number() over (same_key order by ${preference(live)}) as place
  from ${table}
  window same_key as (partition by ${values.join(", ")})
)`;
  if (merged.length === 0) return `${judged}\n${removal}`;
  return `${judged}, gone as (
  ${removal}
)
update ${table} as stored
set ${merged.map(([name]) => `${name} = judged.${name}`).join(", ")}
from judged
where stored.ctid = judged.tid and judged.place = 1 and judged.size > 1`;
}
