import { qualify } from "@/lib/db/identifier";
import { RESWEEP_COLUMN } from "@/lib/db/repair-names";
import { SESSION_RULES } from "@/lib/enrichment/rules";
import type { SweepShape } from "@/lib/enrichment/session-reading";

/**
 * What a batch writes, as further parts of a WITH that has `batch` (`tid`, `version`, `session_id`, `is_changed`,
 * `new_<column>`, `first_seen`, `last_seen`): stub rows of the inventories, then the sessions as `changed`, then the keys
 * touched. Ends with a comma.
 *
 * @param range repeats, for the update, where the sessions are; `true` for nowhere.
 */
export function batchWritesSql(shape: SweepShape, range: string): string {
  const stubs = INVENTORIES.filter(({ inventory }) => shape.inventories.includes(inventory));
  // A data-modifying WITH runs when it is read: each reads the one before, so that locks come in one order.
  const after = (previous: string | undefined) =>
    previous === undefined ? "true" : `(select count(*) from ${previous}) >= 0`;
  const parents = stubs.map((stub, index) => stubRowsSql(stub, shape.schema, after(stubs[index - 1]?.cte)));
  const values = [
    ...Object.keys(SESSION_RULES).map((value) => `${value} = batch.new_${value}`),
    ...(shape.isReswept === true ? [`${RESWEEP_COLUMN} = null`] : []),
  ];
  return `${parents.map((parent) => `${parent},`).join("")}
changed as (
  update ${qualify(shape.schema, "session_summaries")} as s
  set
    ${values.join(",\n    ")}
  from batch
  where s.ctid = batch.tid
    and ${range}
    -- A row version that came meanwhile must not match: its document was not read.
    and s.xmin = batch.version
    and batch.is_changed
    and ${after(stubs.at(-1)?.cte)}
  returning s.session_id, batch.new_source_ip, batch.new_snapshot_asn
),${stubs.length === 0 ? "" : touchedKeysSql(stubs)}`;
}

interface Inventory {
  inventory: SweepShape["inventories"][number];
  cte: string;
  key: string;
  value: "new_snapshot_asn" | "new_source_ip";
  /** A value that the inventory can hold: a session may have an ASN from elsewhere that no rule would give. */
  isKey: string;
  columns: string;
  zeroes: string;
}

/** Parents before children: an address may refer to an ASN. */
const INVENTORIES: Inventory[] = [
  {
    inventory: "asn_inventory",
    cte: "asn_stubs",
    key: "asn_number",
    value: "new_snapshot_asn",
    isKey: "new_snapshot_asn > 0",
    columns: "total_session_count, unique_ip_count",
    zeroes: "0, 0",
  },
  {
    inventory: "ip_inventory",
    cte: "ip_stubs",
    key: "ip_address",
    value: "new_source_ip",
    isKey: "new_source_ip is not null",
    columns: "session_count, enrichment",
    zeroes: "0, '{}'::jsonb",
  },
];

/** Rows that are missing, in key order so that two sweeps never wait for each other crosswise. */
function stubRowsSql(
  { inventory, cte, key, value, isKey, columns, zeroes }: Inventory,
  schema: string,
  after: string,
): string {
  return `
${cte} as (
  insert into ${qualify(schema, inventory)} (${key}, first_seen, last_seen, ${columns})
  select ${value}, min(first_seen), max(last_seen), ${zeroes}
  from batch
  where is_changed and ${isKey} and ${after}
  group by ${value}
  order by ${value}
  on conflict do nothing
  returning 1
)`;
}

function touchedKeysSql(stubs: Inventory[]): string {
  const keys = stubs.map(
    ({ inventory, value, isKey }) =>
      `select '${inventory}' as inventory, ${value}::text as key from changed where ${isKey}`,
  );
  return `
touched as (
  insert into tidemark.touched_keys (inventory, key)
  select inventory, key
  from (
    ${keys.join("\n    union\n    ")}
  ) as keys
  order by inventory, key
  on conflict do nothing
),`;
}
