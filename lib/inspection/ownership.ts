import type { PhaseId } from "@/lib/contract";
import { cowrieTablesV15 } from "@/lib/db/cowrie-schema";
import { readDeclaredTables } from "@/lib/inspection/declared-tables";

/** Tables that v16 brings, parents first. */
export const OWN_TABLES = ["asn_inventory", "ip_inventory", "ip_asn_history"] as const;

/** Tables that an inspection reads. */
export const TABLES_OF_INTEREST = ["session_summaries", "raw_events", "schema_state", ...OWN_TABLES] as const;

/** The five phases in order, with the titles shown to people. */
export const PHASE_TITLES: readonly { id: PhaseId; title: string }[] = [
  { id: "source-ip", title: "Source IP" },
  { id: "asn-inventory", title: "ASN inventory" },
  { id: "ip-inventory", title: "IP inventory" },
  { id: "session-snapshots", title: "Session snapshots" },
  { id: "foreign-keys", title: "Foreign keys" },
];

/** Columns whose v15 declaration a database from before may lack; phase 4 brings them there. */
export const TIMESTAMP_COLUMNS = ["first_event_at", "last_event_at"];

/** Left behind by the application's own migration instead of `snapshot_ip_types`; it stays until a reset. */
export const LEGACY_IP_TYPE_COLUMN = "snapshot_ip_type";

const v15 = readDeclaredTables("public", Object.values(cowrieTablesV15("public")));
const v15Columns = new Set(
  v15.tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`)),
);
const v15Indexes = new Set(v15.indexes.map(({ name }) => name));

const isOwnTable = (table: string): boolean => OWN_TABLES.some((own) => own === table);

/** The phase that makes `table`, or null for a table of v15. */
export function phaseOfTable(table: string): PhaseId | null {
  if (table === "asn_inventory") return "asn-inventory";
  return isOwnTable(table) ? "ip-inventory" : null;
}

/** The phase that brings a declared column into its declared shape, or null where v15 has it already. */
export function phaseOfColumn(table: string, column: string): PhaseId | null {
  if (table !== "session_summaries") return phaseOfTable(table);
  if (TIMESTAMP_COLUMNS.includes(column)) return "session-snapshots";
  return v15Columns.has(`${table}.${column}`) ? null : "source-ip";
}

/** The phase that builds a declared index, or null for one of v15. */
export function phaseOfIndex(index: { name: string; table: string }): PhaseId | null {
  if (index.table !== "session_summaries") return phaseOfTable(index.table);
  if (index.name === "idx_session_source_ip") return "source-ip";
  return v15Indexes.has(index.name) ? null : "session-snapshots";
}

/** The phase that adds a declared constraint, or null for one of v15. */
export function phaseOfConstraint(constraint: { table: string; kind: string }): PhaseId | null {
  if (constraint.kind === "foreign-key") return "foreign-keys";
  if (constraint.table !== "session_summaries") return phaseOfTable(constraint.table);
  return constraint.kind === "check" ? "session-snapshots" : null;
}

/** The phase that makes the helper functions of the generated columns. */
export const PHASE_OF_FUNCTIONS: PhaseId = "ip-inventory";
