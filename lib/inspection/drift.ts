import type { FINDING_KINDS, PhaseId } from "@/lib/contract";
import { qualify, quoteIdentifier } from "@/lib/db/identifier";
import { RESWEEP_COLUMN } from "@/lib/db/repair-names";
import {
  OWN_TABLES,
  PHASE_OF_FUNCTIONS,
  phaseOfColumn,
  phaseOfConstraint,
  phaseOfIndex,
  phaseOfTable,
  TIMESTAMP_COLUMNS,
} from "@/lib/inspection/ownership";
import type {
  ColumnSnapshot,
  ConstraintSnapshot,
  FunctionSnapshot,
  SchemaSnapshot,
  TableSnapshot,
} from "@/lib/inspection/snapshot";

type DriftKind = Exclude<(typeof FINDING_KINDS)[number], "dependent-object" | "open-rows" | "wrong-version" | "hazard">;

/** One difference between declared and live. */
export interface Difference {
  kind: DriftKind;
  /** What `name` names. */
  of: "table" | "column" | "index" | "constraint" | "function";
  /** Phase that puts it right; null for what no phase owns. */
  phase: PhaseId | null;
  /** `schema.table`, `schema.table.column`, `schema.index`, `schema.table.constraint`, `schema.function`. */
  object: string;
  /** Table it belongs to; null for functions. */
  table: string | null;
  name: string;
  declared: string | null;
  live: string | null;
  /** What a column has to become besides `declared`, in words: one difference a column, and a run mends all of it. */
  also?: string[];
}

/** Empty of everything but `extra-object`: in sync. */
export type Drift = Difference[];

/**
 * What `live` lacks of `declared`, has in another shape, or has besides. Pure.
 *
 * Only v16's additions (and the two timestamps) are compared: the rest of v15 is the application's. A missing table is
 * one difference, with all that its phase brings; so is a column, whatever is wrong with it.
 */
export function diffSchemas(declared: SchemaSnapshot, live: SchemaSnapshot): Drift {
  const worlds = { declared, live };
  return [
    ...declared.tables.flatMap((table) => diffTable(worlds, table)),
    ...diffIndexes(worlds),
    ...diffConstraints(worlds),
    ...diffFunctions(worlds),
    ...OWN_TABLES.flatMap((table) => diffGrants(live, table)),
  ];
}

interface Worlds {
  declared: SchemaSnapshot;
  live: SchemaSnapshot;
}

const isOwn = (table: string) => phaseOfTable(table) !== null;
const isWatched = (table: string) => isOwn(table) || table === "session_summaries";
const hasTable = (snapshot: SchemaSnapshot, table: string) => snapshot.tables.some((it) => it.name === table);

function diffTable({ live, declared: { schema } }: Worlds, table: TableSnapshot): Drift {
  if (!isWatched(table.name)) return [];
  const liveTable = live.tables.find((it) => it.name === table.name);
  const object = qualify(schema, table.name);
  if (liveTable === undefined) {
    const names = table.columns.map((column) => column.name).join(", ");
    const missing = { kind: "missing-table", of: "table", object, table: table.name, name: table.name } as const;
    return [{ ...missing, phase: phaseOfTable(table.name), declared: `table (${names})`, live: null }];
  }
  const wanted = table.columns.flatMap((column): Drift => {
    const phase = phaseOfColumn(table.name, column.name);
    const liveColumn = liveTable.columns.find((it) => it.name === column.name);
    const difference = phase === null ? null : diffColumn(column, liveColumn, isTimestamp(table.name, column.name));
    if (difference === null) return [];
    return [
      {
        ...difference,
        of: "column",
        phase,
        object: columnObject(object, column.name),
        table: table.name,
        name: column.name,
      },
    ];
  });
  const extra = liveTable.columns
    .filter((column) => !table.columns.some((it) => it.name === column.name))
    // Of a repair that is not finished: a finding of its own says so.
    .filter((column) => table.name !== "session_summaries" || column.name !== RESWEEP_COLUMN)
    .map((column) => ({
      ...extraObject(columnObject(object, column.name), table.name, column.name, describeColumn(column)),
      of: "column" as const,
    }));
  return [...wanted, ...extra];
}

const isTimestamp = (table: string, column: string) =>
  table === "session_summaries" && TIMESTAMP_COLUMNS.includes(column);

type Verdict = Pick<Difference, "kind" | "declared" | "live" | "also">;

/** The first that applies, in the order of the contract. Of the two timestamps only the type is ours. */
function diffColumn(declared: ColumnSnapshot, live: ColumnSnapshot | undefined, typeOnly: boolean): Verdict | null {
  if (live === undefined) return { kind: "missing-column", declared: describeColumn(declared), live: null };
  if (!typeOnly && declared.generatedExpression !== live.generatedExpression) {
    const kind = live.generatedExpression === null ? "not-generated" : "wrong-expression";
    return { kind, declared: describeColumn(declared), live: describeColumn(live) };
  }
  const nullability = (column: ColumnSnapshot) => (column.isNullable ? "nullable" : "not null");
  const hasOtherNullability = !typeOnly && declared.isNullable !== live.isNullable;
  const hasOtherDefault =
    !typeOnly && declared.generatedExpression === null && declared.defaultExpression !== live.defaultExpression;
  const byDefault = hasOtherDefault
    ? [declared.defaultExpression === null ? "without a default" : `default ${declared.defaultExpression}`]
    : [];
  if (declared.type !== live.type) {
    const also = [...(hasOtherNullability ? [nullability(declared)] : []), ...byDefault];
    return { kind: "wrong-type", declared: declared.type, live: live.type, also };
  }
  if (hasOtherNullability) {
    return { kind: "wrong-nullability", declared: nullability(declared), live: nullability(live), also: byDefault };
  }
  if (hasOtherDefault) {
    return { kind: "wrong-default", declared: declared.defaultExpression, live: live.defaultExpression };
  }
  return null;
}

/** A column as a person would declare it, e.g. `integer default 0`. */
export function describeColumn(column: ColumnSnapshot): string {
  const generated =
    column.generatedExpression === null ? "" : ` generated always as (${column.generatedExpression}) stored`;
  const fallback = column.defaultExpression === null ? "" : ` default ${column.defaultExpression}`;
  return `${column.type}${generated}${fallback}${column.isNullable ? "" : " not null"}`;
}

function diffIndexes({ declared, live }: Worlds): Drift {
  const wanted = declared.indexes.flatMap((index): Drift => {
    const phase = phaseOfIndex(index);
    // Keys are compared as constraints: another name is no drift.
    if (phase === null || index.isConstraint || !hasTable(live, index.table)) return [];
    const found = live.indexes.find((it) => it.name === index.name);
    const base = {
      of: "index",
      phase,
      object: qualify(declared.schema, index.name),
      table: index.table,
      name: index.name,
    } as const;
    if (found === undefined) return [{ ...base, kind: "missing-index", declared: index.definition, live: null }];
    if (!found.isValid) return [{ ...base, kind: "invalid-index", declared: index.definition, live: found.definition }];
    if (found.definition === index.definition && !found.isConstraint) return [];
    return [{ ...base, kind: "different-index", declared: index.definition, live: found.definition }];
  });
  const extra = live.indexes
    .filter((index) => isWatched(index.table) && !index.isConstraint)
    .filter((index) => !declared.indexes.some((it) => it.name === index.name))
    .map((index) => ({
      ...extraObject(qualify(live.schema, index.name), index.table, index.name, index.definition),
      of: "index" as const,
    }));
  return [...wanted, ...extra];
}

function diffConstraints({ declared, live }: Worlds): Drift {
  const objectOf = (it: ConstraintSnapshot) => columnObject(qualify(live.schema, it.table), it.name);
  const keyOf = (table: string) => live.constraints.find((it) => it.table === table && it.kind === "primary-key");
  const wanted = declared.constraints.flatMap((constraint): Drift => {
    const phase = phaseOfConstraint(constraint);
    // What another phase adds than the one that makes its table is a difference of its own.
    const isOfMissingTable = !hasTable(live, constraint.table) && phase === phaseOfTable(constraint.table);
    if (phase === null || isOfMissingTable) return [];
    const isKey = constraint.kind === "primary-key";
    const found = isKey
      ? keyOf(constraint.table)
      : live.constraints.find((it) => it.table === constraint.table && it.name === constraint.name);
    const base = {
      of: "constraint",
      phase,
      object: objectOf(constraint),
      table: constraint.table,
      name: constraint.name,
    } as const;
    if (found === undefined)
      return [{ ...base, kind: "missing-constraint", declared: constraint.definition, live: null }];
    if (found.definition !== constraint.definition) {
      return [{ ...base, kind: "different-constraint", declared: constraint.definition, live: found.definition }];
    }
    if (found.isValidated) return [];
    return [
      {
        ...base,
        kind: "unvalidated-constraint",
        declared: constraint.definition,
        live: `${found.definition} NOT VALID`,
      },
    ];
  });
  const extra = live.constraints
    .filter((it) => isWatched(it.table) && it.kind !== "primary-key")
    .filter((it) => !declared.constraints.some((other) => other.table === it.table && other.name === it.name))
    .map((it) => ({ ...extraObject(objectOf(it), it.table, it.name, it.definition), of: "constraint" as const }));
  return [...wanted, ...extra];
}

function diffFunctions({ declared, live }: Worlds): Drift {
  const isSame = (one: FunctionSnapshot) => (other: FunctionSnapshot) =>
    one.name === other.name && one.argumentTypes === other.argumentTypes;
  const owner = live.tables.find((table) => table.name === "session_summaries")?.owner;
  const wanted = declared.functions.flatMap((definition): Drift => {
    const found = live.functions.find(isSame(definition));
    const object = qualify(declared.schema, definition.name);
    const base = { of: "function", phase: PHASE_OF_FUNCTIONS, object, table: null, name: definition.name } as const;
    if (found === undefined)
      return [{ ...base, kind: "missing-function", declared: describeFunction(definition), live: null }];
    if (describeFunction(found) !== describeFunction(definition)) {
      return [
        { ...base, kind: "different-function", declared: describeFunction(definition), live: describeFunction(found) },
      ];
    }
    const isForeign = owner != null && found.owner != null && found.owner !== owner;
    if (found.isPublic && !isForeign) return [];
    const say = (who: string | null | undefined, isPublic: boolean) =>
      [...(isForeign ? [`owner ${who}`] : []), isPublic ? "PUBLIC=EXECUTE" : "no EXECUTE for PUBLIC"].join(", ");
    return [{ ...base, kind: "missing-grant", declared: say(owner, true), live: say(found.owner, found.isPublic) }];
  });
  const extra = live.functions
    .filter((found) => !declared.functions.some(isSame(found)))
    .map(
      (found): Difference => ({
        ...extraObject(
          `${qualify(live.schema, found.name)}(${found.argumentTypes})`,
          null,
          found.name,
          describeFunction(found),
        ),
        of: "function",
      }),
    );
  return [...wanted, ...extra];
}

function describeFunction(definition: FunctionSnapshot): string {
  const { name, argumentTypes, returnType, isImmutable, body } = definition;
  return `${name}(${argumentTypes}) returns ${returnType}${isImmutable ? " immutable" : ""}: ${body}`;
}

/** What `table` lacks of the owner and grants of `session_summaries`; `owner` null where it is right. */
export function missingRights(live: SchemaSnapshot, table: string): { owner: string | null; grants: string[] } {
  const sessions = live.tables.find((it) => it.name === "session_summaries");
  const found = live.tables.find((it) => it.name === table);
  if (sessions === undefined || found === undefined) return { owner: null, grants: [] };
  return {
    owner: sessions.owner === found.owner ? null : sessions.owner,
    grants: sessions.grants.filter((grant) => !found.grants.includes(grant) && !found.grants.includes(`${grant}*`)),
  };
}

function diffGrants(live: SchemaSnapshot, table: string): Drift {
  const { owner, grants } = missingRights(live, table);
  if (owner === null && grants.length === 0) return [];
  const found = live.tables.find((it) => it.name === table);
  const say = (who: string | null | undefined, what: string[]) =>
    [...(owner === null ? [] : [`owner ${who}`]), ...what].join(", ");
  return [
    {
      kind: "missing-grant",
      of: "table",
      phase: phaseOfTable(table),
      object: qualify(live.schema, table),
      table,
      name: table,
      declared: say(owner, grants),
      live: say(found?.owner, found?.grants ?? []) || null,
    },
  ];
}

function extraObject(object: string, table: string | null, name: string, live: string): Omit<Difference, "of"> {
  return { kind: "extra-object", phase: null, object, table, name, declared: null, live };
}

function columnObject(table: string, column: string): string {
  return `${table}.${quoteIdentifier(column)}`;
}
