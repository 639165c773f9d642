import { formatBytes, formatCount, formatCounted, formatPart } from "@/lib/client/format";
import type { IndexBuild, ObjectState, SchemaReport } from "@/lib/contract";

type Table = SchemaReport["tables"][number];

/** States that ask for attention. */
const WRONG: readonly ObjectState[] = ["missing", "different", "invalid", "not-validated"];

/** Whether a state is neither right nor merely to come. */
export function isWrong(state: ObjectState): boolean {
  return WRONG.includes(state);
}

/** Whether declared and live are not the same, be it only because the object is still to come. Pure. */
export function isDifferent(state: ObjectState): boolean {
  return state !== "as-declared" && state !== "v15";
}

/** How a set of objects stands as a whole: the worst of its states decides. Pure. */
export function summarise(states: readonly ObjectState[]): { state: ObjectState; text: string } {
  const wrong = states.filter(isWrong);
  const planned = states.filter((state) => state === "planned").length;
  const toCome = `${formatCount(planned)} planned`;
  if (wrong.length > 0) {
    const isAllMissing = wrong.every((state) => state === "missing");
    const word = isAllMissing ? "missing" : wrong.length === 1 ? "differs" : "differ";
    return {
      state: isAllMissing ? "missing" : "different",
      text: `${formatCount(wrong.length)} ${word}${planned === 0 ? "" : `, ${toCome}`}`,
    };
  }
  if (planned > 0) return { state: "planned", text: toCome };
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
    .replace(/::(jsonb?|varchar|text)\b(\[\])?/g, "");
}

/** A column's description in its parts: `generated` is the expression, `rest` default and nullability. Pure. */
export function splitColumn(description: string): { type: string; rest: string; generated: string | null } {
  const generated = / generated always as \((.*)\) stored/s.exec(description);
  const plain = shortType(generated === null ? description : description.replace(generated[0], ""));
  const cut = plain.search(/ (?:default |not null|generated )/);
  return {
    type: cut < 0 ? plain : plain.slice(0, cut),
    rest: cut < 0 ? "" : plain.slice(cut + 1),
    generated: generated?.[1] ?? null,
  };
}

/** `448 rows by estimate, 115 kB`; of a table that is not there, nothing. Pure. */
export function toSizeText({ exists, rows, bytes }: Pick<Table, "exists" | "rows" | "bytes">): string {
  if (!exists) return "";
  const counted = rows === null ? "rows not estimated yet" : `${formatCounted(rows, "row")} by estimate`;
  return bytes === null ? counted : `${counted}, ${formatBytes(bytes)}`;
}

/** What a build under way is at. `share` is of the stage alone, null where it has no measure. Pure. */
export function toBuildText(build: IndexBuild): { word: string; note: string; share: number | null } {
  const { stage, unit, done, total, waitsFor } = build;
  if (unit === "sessions") {
    const others = total > 1 ? `, ${formatCount(done)} of ${formatCount(total)} sessions gone` : "";
    const whom = waitsFor === null ? "other sessions" : `pid ${waitsFor}`;
    return { word: "waiting", note: `Waits for ${whom} to end its transaction${others}`, share: null };
  }
  const name = stage.replace(/^[^:]*: /, "");
  if (total === 0) return { word: "building", note: name, share: null };
  return {
    word: `building ${formatPart(done, total, 0)}`,
    note: `${name}, ${formatCount(done)} of ${formatCount(total)} ${unit}`,
    share: done / total,
  };
}

/** Our tables first, from the session to the ASN; then what v15 has and we only read. */
const ORDER = ["session_summaries", "ip_inventory", "asn_inventory", "ip_asn_history"];

/** Tables in the order of the page. Pure. */
export function inOrder(tables: readonly Table[]): Table[] {
  const rank = ({ name }: Table) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return [...tables].sort((one, other) => rank(one) - rank(other));
}
