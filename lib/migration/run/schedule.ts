import type pg from "pg";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { sharedPool } from "@/lib/db/pool";
import { inspect } from "@/lib/inspection/inspection";
import { readVersion } from "@/lib/inspection/version";
import { startRun } from "@/lib/migration/run/runner";
import { RefusalError } from "@/lib/refusal";

/** Who a run was started by that nobody asked for. */
const SCHEDULE = "schedule";

/** How often the journal is asked at most whether one is due, in milliseconds; more seldom with a long interval. */
const LOOK_INTERVAL_MS = 10_000;
const LOOKS_AN_INTERVAL = 10;

/** Begins catch-ups by itself. */
export interface Schedule {
  /** Journals a catch-up where one is due, for whichever worker takes it. */
  beginIfDue(): Promise<void>;
}

/**
 * A catch-up every `everyMs` milliseconds, by the clock of the database, counted from the end of the newest run that swept.
 * Only where 16 is recorded: a database that is not migrated is its operator's to begin with, and a migration or reset that
 * stopped half-way is the operator's to go on with. Any number of workers may keep the same schedule.
 */
export function openSchedule(target: DatabaseTarget, everyMs: number): Schedule {
  const intervalMs = Math.min(LOOK_INTERVAL_MS, everyMs / LOOKS_AN_INTERVAL);
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    async beginIfDue() {
      if (performance.now() - lookedAt < intervalMs) return;
      lookedAt = performance.now();
      if (!(await isDue(sharedPool(target), everyMs)) || !(await isMigrated(target))) return;
      try {
        await startRun(target, { kind: "catch-up", startedBy: SCHEDULE });
      } catch (cause) {
        // Another worker was faster, or somebody began something else: the next look finds out.
        if (!(cause instanceof RefusalError && cause.code === "active-run")) throw cause;
      }
    },
  };
}

/** The interval is over, nothing is under way, and no migration or reset that stopped waits for its operator. */
async function isDue(pool: pg.Pool, everyMs: number): Promise<boolean> {
  const { rows } = await pool.query<{ is_due: boolean }>(
    `select not exists (
       select 1 from tidemark.runs
       where kind <> 'verify'
         and (status in ('queued', 'running', 'pausing', 'paused', 'cancelling')
           or (kind in ('migrate', 'catch-up')
             and coalesce(finished_at, started_at) > clock_timestamp() - make_interval(secs => $1)))
     ) and coalesce((
       select status = 'succeeded' or kind = 'catch-up'
       from tidemark.runs where kind <> 'verify' order by id desc limit 1
     ), true) as is_due`,
    [everyMs / 1_000],
  );
  return rows[0]?.is_due === true;
}

async function isMigrated(target: DatabaseTarget): Promise<boolean> {
  return withClient(target, async (client) => {
    const { recordedVersion } = await inspect(client, target.schema);
    return (readVersion(recordedVersion) ?? 0) >= 16;
  });
}
