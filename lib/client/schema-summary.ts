import { formatCounted } from "@/lib/client/format";
import type { ObjectState, SchemaReport } from "@/lib/contract";

type Table = SchemaReport["tables"][number];

/** States that ask for attention. */
const WRONG: readonly ObjectState[] = ["missing", "different", "invalid", "not-validated"];

/** Whether a state is neither right nor merely to come. */
export function isWrong(state: ObjectState): boolean {
  return WRONG.includes(state);
}

/** How a set of objects stands as a whole: the worst of its states decides. Pure. */
export function summarise(states: readonly ObjectState[]): { state: ObjectState; text: string } {
  const wrong = states.filter(isWrong).length;
  if (wrong > 0) return { state: "different", text: formatCounted(wrong, "drift") };
  const planned = states.filter((state) => state === "planned").length;
  if (planned > 0) return { state: "planned", text: `${planned} planned` };
  return { state: "as-declared", text: "as declared" };
}

/** States of a table's columns; a table that is absent counts as what its columns say. Pure. */
export function statesOf(table: Table): ObjectState[] {
  return table.columns.map(({ state }) => state);
}

/**
 * A definition without what the row around it already says, e.g. `btree (source_ip)`. Pure.
 *
 * @param definition as PostgreSQL prints it.
 */
export function shortDefinition(definition: string): string {
  return definition
    .replace(/^CREATE (UNIQUE )?INDEX \S+ ON (ONLY )?\S+ USING /i, (_all, unique?: string) => (unique ? "unique " : ""))
    .replace(/^(CHECK|FOREIGN KEY|PRIMARY KEY|UNIQUE)\b/, (keyword) => keyword.toLowerCase())
    .replace(/\bREFERENCES\b/, "→");
}

/** A column's type by the short names that people write, e.g. `varchar(45)`, `timestamptz`. Pure. */
export function shortType(description: string): string {
  return description
    .replaceAll("character varying", "varchar")
    .replaceAll("timestamp with time zone", "timestamptz")
    .replaceAll("timestamp without time zone", "timestamp")
    .replace(/::(jsonb?|varchar|text)\b/g, "");
}

/** Our tables first, from the session to the ASN; then what v15 has and we only read. */
const ORDER = ["session_summaries", "ip_inventory", "asn_inventory", "ip_asn_history"];

/** Tables in the order of the page. Pure. */
export function inOrder(tables: readonly Table[]): Table[] {
  const rank = ({ name }: Table) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return [...tables].sort((one, other) => rank(one) - rank(other));
}
