import type { Finding, ObjectState, SchemaReport } from "@/lib/contract";
import { type Difference, describeColumn } from "@/lib/inspection/drift";
import { addedIn } from "@/lib/inspection/finding-text";
import type { Inspection } from "@/lib/inspection/inspected";
import {
  OWN_TABLES,
  phaseOfColumn,
  phaseOfConstraint,
  phaseOfIndex,
  TABLES_OF_INTEREST,
  TIMESTAMP_COLUMNS,
} from "@/lib/inspection/ownership";
import type { ColumnSnapshot, ConstraintSnapshot, IndexSnapshot, TableSnapshot } from "@/lib/inspection/snapshot";

const TIERS: Partial<Record<string, number>> = { asn_inventory: 1, ip_inventory: 2, session_summaries: 3 };

/** Everything declared and live side by side, for the Schema page. Pure. */
export function toSchemaReport(inspection: Inspection): SchemaReport {
  return {
    tables: TABLES_OF_INTEREST.map((name) => reportTable(inspection, name)),
    indexes: reportIndexes(inspection),
    constraints: reportConstraints(inspection),
    functions: reportFunctions(inspection),
    dependents: inspection.dependents.map(({ kind, object, on, definition }) => ({ kind, object, on, definition })),
  };
}

const WATCHED: readonly string[] = ["session_summaries", ...OWN_TABLES];

function reportTable(inspection: Inspection, name: string): SchemaReport["tables"][number] {
  const declared = inspection.declared.tables.find((table) => table.name === name);
  const live = inspection.live.tables.find((table) => table.name === name);
  return {
    name,
    tier: TIERS[name] ?? null,
    exists: live !== undefined,
    rows: live?.rowEstimate ?? null,
    bytes: live?.bytes ?? null,
    columns: reportColumns(inspection, declared, live),
  };
}

function reportColumns(
  inspection: Inspection,
  declared: TableSnapshot | undefined,
  live: TableSnapshot | undefined,
): SchemaReport["tables"][number]["columns"] {
  const table = declared?.name ?? live?.name ?? "";
  const isOfV15 = (name: string) =>
    !WATCHED.includes(table) || phaseOfColumn(table, name) === null || TIMESTAMP_COLUMNS.includes(name);
  const names = [...new Set([...columnsOf(declared), ...columnsOf(live)].map((column) => column.name))];
  return names.map((name) => {
    const wanted = columnsOf(declared).find((column) => column.name === name);
    const found = columnsOf(live).find((column) => column.name === name);
    const judged = judge(inspection, { of: "column", table, name }, { wanted, found, isOfV15: isOfV15(name) });
    return {
      name,
      declared: wanted === undefined ? null : describeColumn(wanted),
      live: found === undefined ? null : describeColumn(found),
      isGenerated: (wanted?.generatedExpression ?? found?.generatedExpression ?? null) !== null,
      ...judged,
    };
  });
}

const columnsOf = (table: TableSnapshot | undefined): ColumnSnapshot[] => table?.columns ?? [];

function reportIndexes(inspection: Inspection): SchemaReport["indexes"] {
  const isShown = (index: IndexSnapshot) => WATCHED.includes(index.table) && !index.isConstraint;
  return pair(inspection.declared.indexes.filter(isShown), inspection.live.indexes.filter(isShown)).map(
    ({ wanted, found, one }) => ({
      name: one.name,
      table: one.table,
      declared: wanted?.definition ?? null,
      live: found?.definition ?? null,
      ...judge(
        inspection,
        { of: "index", table: one.table, name: one.name },
        { wanted, found, isOfV15: phaseOfIndex(one) === null },
      ),
    }),
  );
}

function reportConstraints(inspection: Inspection): SchemaReport["constraints"] {
  const isShown = (constraint: ConstraintSnapshot) => WATCHED.includes(constraint.table);
  const declared = inspection.declared.constraints.filter(isShown);
  // A key under another name is the declared key.
  const live = inspection.live.constraints.filter(isShown).map((it) => {
    const key = declared.find((wanted) => wanted.kind === "primary-key" && wanted.table === it.table);
    return it.kind === "primary-key" && key !== undefined ? { ...it, name: key.name } : it;
  });
  return pair(declared, live).map(({ wanted, found, one }) => ({
    name: one.name,
    table: one.table,
    declared: wanted?.definition ?? null,
    live: found === undefined ? null : `${found.definition}${found.isValidated ? "" : " NOT VALID"}`,
    ...judge(
      inspection,
      { of: "constraint", table: one.table, name: one.name },
      { wanted, found, isOfV15: phaseOfConstraint(one) === null },
    ),
  }));
}

function reportFunctions(inspection: Inspection): SchemaReport["functions"] {
  const { declared, live } = inspection;
  const names = [...new Set([...declared.functions, ...live.functions].map(({ name }) => name))];
  return names.map((name) => ({
    name,
    ...judge(
      inspection,
      { of: "function", table: null, name },
      {
        wanted: declared.functions.find((it) => it.name === name),
        found: live.functions.find((it) => it.name === name),
        isOfV15: false,
      },
    ),
  }));
}

/** Declared and live objects by table and name, declared ones first. */
function pair<T extends { name: string; table: string }>(declared: T[], live: T[]) {
  const isSame = (one: T) => (other: T) => one.name === other.name && one.table === other.table;
  return [
    ...declared.map((wanted) => ({ wanted, found: live.find(isSame(wanted)), one: wanted })),
    ...live
      .filter((found) => !declared.some(isSame(found)))
      .map((found) => ({ wanted: undefined as T | undefined, found: found as T | undefined, one: found })),
  ];
}

type Named = Pick<Difference, "of" | "table" | "name">;

const STATES: Partial<Record<Finding["kind"], ObjectState>> = {
  "missing-column": "missing",
  "missing-index": "missing",
  "missing-constraint": "missing",
  "missing-function": "missing",
  "invalid-index": "invalid",
  "unvalidated-constraint": "not-validated",
  "extra-object": "extra",
  "missing-grant": "as-declared",
};

/** State and remedy of one object, from the finding about it. */
function judge(
  inspection: Inspection,
  object: Named,
  worlds: { wanted: unknown; found: unknown; isOfV15: boolean },
): { state: ObjectState; remedy: string | null } {
  const difference = inspection.drift.find(
    (it) => it.of === object.of && it.table === object.table && it.name === object.name,
  );
  const finding = inspection.findings.find((it) => it.id === `${difference?.kind}:${difference?.object}`);
  if (difference !== undefined && finding !== undefined) {
    const state = STATES[difference.kind] ?? "different";
    return { state: state === "missing" && finding.severity === "info" ? "planned" : state, remedy: finding.remedy };
  }
  if (worlds.isOfV15 && worlds.wanted !== undefined) return { state: "v15", remedy: null };
  if (worlds.wanted === undefined) return { state: "extra", remedy: null };
  // Belongs to a missing table, which is the one finding.
  if (worlds.found === undefined) return missingWithTable(inspection, object);
  return { state: "as-declared", remedy: null };
}

function missingWithTable(inspection: Inspection, object: Named): { state: ObjectState; remedy: string | null } {
  const finding = inspection.findings.find(
    (it) => it.kind === "missing-table" && it.object.endsWith(`.${object.table ?? ""}`),
  );
  const isDue = finding?.severity === "error";
  return {
    state: isDue ? "missing" : "planned",
    remedy: finding === undefined ? null : addedIn(finding.phase, isDue),
  };
}
