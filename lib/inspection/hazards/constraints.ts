import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import type { Catalog } from "@/lib/inspection/catalog";
import { readDeclaredSchema } from "@/lib/inspection/declared";
import type { Hazard } from "@/lib/inspection/hazards/hazard";
import { toLiveSchema } from "@/lib/inspection/live";
import { phaseOfColumn } from "@/lib/inspection/ownership";
import { columnsOf, foreignKeyEnds, indexBody, isNamedIn } from "@/lib/inspection/repairs";
import type { ConstraintSnapshot, SchemaSnapshot } from "@/lib/inspection/snapshot";

/** Tables into which a run writes rows, or values of its own. */
const WRITTEN_TABLES = ["session_summaries", "asn_inventory", "ip_inventory"];

/** What PostgreSQL says where a row is refused. */
const SQLSTATES: Record<Demand["kind"], string> = {
  check: "23514",
  "foreign-key": "23503",
  unique: "23505",
  exclusion: "23P01",
  "primary-key": "23505",
};

/** Something of others that may refuse a row which a run writes. */
export type Demand = Pick<ConstraintSnapshot, "name" | "table" | "kind" | "definition">;

/** Constraints and unique indexes of others for which it cannot be told beforehand that each derived row meets them. Pure. */
export function demandsOfOthers(declared: SchemaSnapshot, live: SchemaSnapshot): Demand[] {
  const uniqueIndexes = live.indexes
    .filter((index) => index.definition.startsWith("CREATE UNIQUE ") && !index.isConstraint)
    .filter((index) => !declared.indexes.some(({ name }) => name === index.name))
    .map((index): Demand => ({ ...index, kind: "unique", definition: indexBody(index) }));
  const constraints = live.constraints.filter(
    (it) =>
      it.kind !== "primary-key" &&
      !declared.constraints.some(
        ({ table, name, definition }) => table === it.table && (name === it.name || definition === it.definition),
      ),
  );
  return [...constraints, ...uniqueIndexes].filter(
    (demand) => WRITTEN_TABLES.includes(demand.table) && isOnWritten(declared, demand) && !isMet(declared, demand),
  );
}

/** Of sessions a run writes only the columns that v16 adds; a row of an inventory it makes whole. */
function isOnWritten(declared: SchemaSnapshot, { table, definition }: Demand): boolean {
  if (table !== "session_summaries") return true;
  const columns = declared.tables.find(({ name }) => name === table)?.columns ?? [];
  return columns.some(({ name }) => phaseOfColumn(table, name) === "source-ip" && isNamedIn(definition, name));
}

/** Keys that no two rows share, and references to rows that a run makes first. */
function isMet(declared: SchemaSnapshot, demand: Demand): boolean {
  const keyOf = (table: string) =>
    columnsOf(declared.constraints.find((it) => it.table === table && it.kind === "primary-key")?.definition ?? "()");
  if (demand.kind === "unique")
    return keyOf(demand.table).every((column) => columnsOf(demand.definition).includes(column));
  if (demand.kind !== "foreign-key") return false;
  const ends = foreignKeyEnds(declared.schema, { ...demand, isValidated: true });
  return /_inventory$/.test(ends.target) && ends.targetColumns.join() === keyOf(ends.target).join();
}

/** Each of `demandsOfOthers` in the catalog. */
export function constraintHazards(schema: string, catalog: Catalog): Hazard[] {
  return demandsOfOthers(readDeclaredSchema(schema), toLiveSchema(schema, catalog)).map((demand) => {
    const { table, name, kind, definition } = demand;
    const object = `${qualify(schema, table)}.${quoteIdentifier(name)}`;
    return {
      name: `constraint-${table}.${name}`,
      phase: null,
      isBlocking: false,
      live: definition,
      message: `${object} is not part of v16: a row that a run derives may break it (${SQLSTATES[kind]}).`,
      remedy:
        "Make sure that it takes derived rows, or drop it and make it again after the run. A run tries some rows first, and stops there if it refuses one.",
    };
  });
}
