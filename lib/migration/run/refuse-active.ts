import type pg from "pg";
import { sqlstateOf } from "@/lib/db/database-error";
import { readActiveRun } from "@/lib/migration/run/run-records";
import { RefusalError } from "@/lib/refusal";

/** The partial unique index on active runs let another one through first. */
const UNIQUE_VIOLATION = "23505";

/** Turns the clash with the one active run into a refusal that names it. */
export async function refusingActive<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = sqlstateOf(cause) ?? sqlstateOf((cause as { cause?: unknown }).cause);
    throw code === UNIQUE_VIOLATION ? await refuseActive(client) : cause;
  }
}

/** The refusal that says who holds the database, and since when. */
export async function refuseActive(client: pg.Client): Promise<RefusalError> {
  const active = await readActiveRun(client).catch(() => null);
  const who =
    active === null ? "" : `: run ${active.id} (${active.kind}), started by ${active.startedBy} at ${active.startedAt}`;
  return new RefusalError(
    "active-run",
    `Another run is active on this database${who}.`,
    "Follow it, or start again when it has ended.",
    active === null ? {} : { activeRun: active },
  );
}
