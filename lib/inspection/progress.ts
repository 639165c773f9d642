import type { PhaseId } from "@/lib/contract";
import type { Difference } from "@/lib/inspection/drift";
import type { Inspected } from "@/lib/inspection/inspected";
import {
  OWN_TABLES,
  PHASE_OF_FUNCTIONS,
  phaseOfColumn,
  phaseOfConstraint,
  phaseOfIndex,
  phaseOfTable,
  TIMESTAMP_COLUMNS,
} from "@/lib/inspection/ownership";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** One object that a phase is measured by. */
interface CountedObject {
  of: Difference["of"];
  phase: PhaseId;
  table: string | null;
  name: string;
}

/** How much of a phase's objects the catalog shows. */
export interface ObjectProgress {
  /** As declared. */
  done: number;
  total: number;
  /** At least one object of the phase is there, whatever its shape; a view in the place of a table is none. */
  isBegun: boolean;
}

/**
 * What counts as an object: declared columns of v16, indexes, checks, foreign keys, helper functions. Not tables,
 * primary keys, grants or the two timestamps.
 */
export function countObjects(inspection: Inspected, phase: PhaseId): ObjectProgress {
  const { declared, live, drift } = inspection;
  const counted = countedObjects(declared).filter((object) => object.phase === phase);
  const present = counted.filter((object) => isPresent(live, object));
  const hasTable = OWN_TABLES.some(
    (name) => phaseOfTable(name) === phase && live.tables.some((table) => table.name === name),
  );
  return {
    done: present.filter((object) => !drift.some((difference) => isAbout(difference, object))).length,
    total: counted.length,
    isBegun: present.length > 0 || hasTable,
  };
}

/** Asked for once a phase of each inspection, of a declaration that is always the same one. */
const countedOf = new WeakMap<SchemaSnapshot, CountedObject[]>();

function countedObjects(declared: SchemaSnapshot): CountedObject[] {
  const known = countedOf.get(declared);
  if (known !== undefined) return known;
  const counted = listCounted(declared);
  countedOf.set(declared, counted);
  return counted;
}

function listCounted(declared: SchemaSnapshot): CountedObject[] {
  const owned = (phase: PhaseId | null, object: Omit<CountedObject, "phase">): CountedObject[] =>
    phase === null ? [] : [{ ...object, phase }];
  return [
    ...declared.tables.flatMap(({ name: table, columns }) =>
      columns
        .filter(({ name }) => table !== "session_summaries" || !TIMESTAMP_COLUMNS.includes(name))
        .flatMap(({ name }) => owned(phaseOfColumn(table, name), { of: "column", table, name })),
    ),
    ...declared.indexes
      .filter((index) => !index.isConstraint)
      .flatMap((index) => owned(phaseOfIndex(index), { of: "index", table: index.table, name: index.name })),
    ...declared.constraints
      .filter(({ kind }) => kind === "check" || kind === "foreign-key")
      .flatMap((it) => owned(phaseOfConstraint(it), { of: "constraint", table: it.table, name: it.name })),
    ...declared.functions.flatMap(({ name }) => owned(PHASE_OF_FUNCTIONS, { of: "function", table: null, name })),
  ];
}

function isPresent(live: SchemaSnapshot, object: CountedObject): boolean {
  const isNamed = (it: { name: string; table: string }) => it.name === object.name && it.table === object.table;
  switch (object.of) {
    case "column":
      return live.tables.some((it) => it.name === object.table && it.columns.some(({ name }) => name === object.name));
    case "index":
      // An index of that name on another table has taken the name: it is there, in another shape.
      return live.indexes.some((it) => it.name === object.name);
    case "constraint":
      return live.constraints.some(isNamed);
    case "function":
      return live.functions.some(({ name }) => name === object.name);
    case "table":
      return live.tables.some(({ name }) => name === object.name);
    default:
      return object.of satisfies never;
  }
}

function isAbout(difference: Difference, object: CountedObject): boolean {
  const isSame = difference.of === object.of && difference.table === object.table && difference.name === object.name;
  return isSame && difference.kind !== "missing-grant" && difference.kind !== "extra-object";
}
