import type { CatalogActivity, CatalogTransaction } from "@/lib/inspection/catalog";
import type { Hazard } from "@/lib/inspection/hazards/hazard";

/** A transaction younger than this ends by itself before anybody would look for it, in seconds. */
const LONG_TRANSACTION_S = 60;

/** Transactions that a replication slot may lie behind before its age is worth a word. */
const OLD_SLOT_TRANSACTIONS = 1_000_000;

/** Other sessions, and what outlives sessions, that a run would have to wait for. */
export function sessionHazards(activity: CatalogActivity): Hazard[] {
  return [
    ...activity.transactions.filter(isLong).map(longTransaction),
    ...activity.transactions.filter((it) => !isLong(it) && isChangingSchema(it)).map(schemaChange),
    ...activity.preparedTransactions.map(preparedTransaction),
    ...activity.replicationSlots.filter(({ isActive, age }) => !isActive || age > OLD_SLOT_TRANSACTIONS).map(slot),
  ];
}

/** Whether a session looks like another application that migrates: it locks tables of ours as only DDL does. */
export function isChangingSchema({ lockedTables, isDdl }: CatalogTransaction): boolean {
  return isDdl && lockedTables.length > 0;
}

/** A session in words, e.g. `pid 123 (role app, application ingest, idle in transaction, open for 75 s)`. */
export function describeTransaction({ pid, user, application, state, seconds }: CatalogTransaction): string {
  const name = application === "" ? "application without a name" : `application ${application}`;
  return `pid ${pid} (role ${user}, ${name}, ${state}, open for ${seconds} s)`;
}

function isLong({ seconds, holdsSnapshot, state }: CatalogTransaction): boolean {
  return seconds >= LONG_TRANSACTION_S && (holdsSnapshot || state.startsWith("idle in transaction"));
}

function longTransaction(transaction: CatalogTransaction): Hazard {
  return {
    name: `long-transaction-${transaction.pid}`,
    phase: null,
    isBlocking: false,
    live: describeTransaction(transaction),
    message: `The transaction of ${describeTransaction(transaction)} holds up every CREATE INDEX CONCURRENTLY of a run until it ends.`,
    remedy: `Let it end, or end it: select pg_terminate_backend(${transaction.pid}). A run waits for it, and says so.`,
  };
}

function schemaChange(transaction: CatalogTransaction): Hazard {
  const tables = transaction.lockedTables.join(", ");
  return {
    name: `schema-change-${transaction.pid}`,
    phase: null,
    isBlocking: false,
    live: describeTransaction(transaction),
    message: `${describeTransaction(transaction)} is changing ${tables} at this moment.`,
    remedy:
      "If it is the application's own migration, let it end and look again before a run; keep the application from upgrading meanwhile. Ingest may go on.",
  };
}

function preparedTransaction({ gid, owner, seconds }: CatalogActivity["preparedTransactions"][number]): Hazard {
  return {
    name: `prepared-transaction-${gid}`,
    phase: null,
    isBlocking: false,
    live: `of ${owner}, for ${seconds} s`,
    message: `Prepared transaction ${gid} of ${owner}, ${seconds} s old, keeps its locks and its snapshot until somebody ends it: a concurrent index build may wait for it, and no dead row is cleaned up.`,
    remedy: `commit prepared or rollback prepared '${gid.replaceAll("'", "''")}'`,
  };
}

function slot({ name, isActive, age }: CatalogActivity["replicationSlots"][number]): Hazard {
  return {
    name: `replication-slot-${name}`,
    phase: null,
    isBlocking: false,
    live: `${isActive ? "in use" : "not in use"}, ${age.toLocaleString("en-US")} transactions behind`,
    message: isActive
      ? `Replication slot ${name} lies ${age.toLocaleString("en-US")} transactions behind: dead rows that the sweep leaves are not cleaned up meanwhile.`
      : `Replication slot ${name} is not in use: the server keeps all WAL that a run writes for it, until the disk is full.`,
    remedy: isActive
      ? "Let the replica catch up first."
      : `Connect its replica, or drop it: select pg_drop_replication_slot('${name.replaceAll("'", "''")}')`,
  };
}
