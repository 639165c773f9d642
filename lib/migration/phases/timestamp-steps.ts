import { qualify } from "@/lib/db/identifier";
import type { Inspection } from "@/lib/inspection/inspection";
import { phaseOfIndex } from "@/lib/inspection/ownership";
import { indexBody, isNamedIn, isTimestamp, timestampPairs } from "@/lib/inspection/repairs";
import type { IndexSnapshot } from "@/lib/inspection/snapshot";
import { isNotable, noteIndexesSql, UNBUILT_NOTE_COLUMN } from "@/lib/inspection/unbuilt-indexes";
import { dropIndexSql, retypeTimestampsSql } from "@/lib/migration/ddl";
import type { PlanContext, Step, TransactionStep } from "@/lib/migration/phase";
import { buildAgainSteps, withoutIndexes } from "@/lib/migration/phases/index-steps";
import { aroundViews } from "@/lib/migration/phases/repair-views";

const TABLE = "session_summaries";

/** Time that building one index anew under the lock takes, for a million sessions, and what is too long, in milliseconds. */
const REBUILD_MS = 350;
const LONGEST_LOCK_MS = 250;

/**
 * Makes both timestamps `timestamptz`, read as UTC without `using`: no row is rewritten, but PostgreSQL builds their
 * indexes anew under the lock. Where that takes too long, the same transaction drops them and notes what they were in
 * the catalog; they are built again concurrently, also by the run after one that ended in between.
 */
export function timestampSteps(context: PlanContext): Step[] {
  const { live } = context.inspection;
  const dropped = droppedIndexes(context.inspection);
  const noted = dropped.filter((index) => !isOurs(context.inspection, index));
  const unbuilt = [...(live.unbuiltIndexes ?? []), ...noted];
  return [
    ...retypeSteps(context, { dropped, unbuilt: noted.length > 0 ? unbuilt : [] }),
    ...buildAgainSteps(withoutIndexes(context.inspection, dropped), unbuilt),
    ...(unbuilt.length > 0 ? [forgetStep(live.schema)] : []),
  ];
}

/** The inspection as it is once the timestamps have their type: without the indexes that went for it. Pure. */
export function afterTimestamps(inspection: Inspection): Inspection {
  return withoutIndexes(inspection, droppedIndexes(inspection));
}

function retypeSteps(
  context: PlanContext,
  { dropped, unbuilt }: { dropped: IndexSnapshot[]; unbuilt: IndexSnapshot[] },
): TransactionStep[] {
  const { schema } = context.inspection.live;
  const columns = naiveColumns(context.inspection);
  if (columns.length === 0) return [];
  const names = dropped.map(({ name }) => name).join(", ");
  return [
    {
      kind: "transaction",
      id: `retype-timestamps:${schema}.${TABLE}`,
      announce: [],
      confirm: `${columns.join(", ")} now timestamptz, read as UTC${names === "" ? "" : `; ${names} dropped for it, to be built again concurrently`}`,
      lock: "ACCESS EXCLUSIVE",
      rows: 0,
      part: "structure",
      sql: aroundViews(context, TABLE, [
        ...dropped.map(({ name }) => dropIndexSql(schema, name)),
        retypeTimestampsSql(schema, TABLE, columns),
        ...(unbuilt.length > 0 ? [noteIndexesSql(schema, unbuilt)] : []),
      ]),
    },
  ];
}

/** Nothing is left to be built again. */
function forgetStep(schema: string): TransactionStep {
  return {
    kind: "transaction",
    id: `finish-retype:${schema}.${TABLE}`,
    announce: [],
    confirm: null,
    lock: "SHARE UPDATE EXCLUSIVE",
    rows: 0,
    part: "data",
    sql: [`comment on column ${qualify(schema, TABLE)}.${UNBUILT_NOTE_COLUMN} is null`],
  };
}

const naiveColumns = (inspection: Inspection): string[] =>
  timestampPairs(inspection)
    .filter(({ live }) => isTimestamp(live))
    .map(({ live }) => live.name);

/** Indexes that a retype would build anew, where that would hold the lock for too long; keys cannot be spared. */
function droppedIndexes(inspection: Inspection): IndexSnapshot[] {
  const columns = naiveColumns(inspection);
  const indexes = inspection.live.indexes.filter(
    (index) =>
      index.table === TABLE &&
      index.isValid &&
      isNotable(index.definition) &&
      !index.isConstraint &&
      (index.foreignKeys ?? []).length === 0 &&
      columns.some((column) => isNamedIn(indexBody(index), column)),
  );
  const lockMs = (indexes.length * REBUILD_MS * inspection.estimates.sessions) / 1_000_000;
  return lockMs > LONGEST_LOCK_MS ? indexes : [];
}

/** Built by this phase anyway. */
function isOurs({ declared }: Inspection, index: IndexSnapshot): boolean {
  return (
    declared.indexes.some(({ name, table }) => name === index.name && table === index.table) &&
    phaseOfIndex(index) !== null
  );
}
