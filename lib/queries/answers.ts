import "server-only";
import { cache } from "react";
import type { Answer, CoveragePage, Refusal, RunDetail, RunSummary, SchemaReport, Status } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { hasConsoleSchema } from "@/lib/db/console-migrations";
import { withPooledClient } from "@/lib/db/pool";
import {
  followRun,
  readCoverage,
  readInventorySample,
  readLedger,
  readRun,
  readRuns,
  readStatus,
} from "@/lib/migration";
import { requireRole } from "@/lib/queries/access";
import { readSchemaWithBuilds } from "@/lib/queries/index-builds";
import { forStrangers, toRefusal } from "@/lib/queries/refusals";
import { currentTarget } from "@/lib/queries/service";

export type { DatabaseTarget } from "@/lib/db/client";

/** Reads or does something on the console's database. */
export type DatabaseWork<T> = (target: DatabaseTarget) => Promise<T>;

/** The diagnosis; read once a request, however many parts of a page ask. */
export const answerStatus: () => Promise<Answer<Status>> = cache(() => answer(readStatus));

/** All runs, newest first. */
export function answerRuns(): Promise<Answer<{ runs: RunSummary[] }>> {
  return answer(async (target) => ({ runs: await readRuns(target) }));
}

/** One run with its phases; the value is null where there is none of that id. */
export function answerRun(runId: number): Promise<Answer<RunDetail | null>> {
  return answer((target) => readRun(target, runId));
}

/** Declared and live schema side by side, with the index builds that are under way. */
export function answerSchema(): Promise<Answer<SchemaReport>> {
  return answer(readSchemaWithBuilds);
}

/** Coverage figures, the sample of `ip_inventory`, and the ledger side by side. */
export function answerCoverage(): Promise<Answer<CoveragePage>> {
  return answer(async (target) => {
    const [coverage, sample, ledger] = await Promise.all([
      readCoverage(target),
      readInventorySample(target),
      readLedger(target),
    ]);
    return { coverage, sample, ledger };
  });
}

/** What a follower of a run hears, from behind `afterSeq` on. */
export async function followRunLog(runId: number, options: { afterSeq: number; signal: AbortSignal }) {
  return followRun(await currentTarget(), runId, options);
}

/** Ready when the database answers and the console's own tables are there and current. */
export async function answerReadiness(): Promise<Answer<{ status: "ready" }>> {
  try {
    const isCurrent = await withPooledClient(await currentTarget(), hasConsoleSchema);
    return isCurrent ? { ok: true, value: { status: "ready" } } : { ok: false, refusal: UNPREPARED };
  } catch (cause) {
    return { ok: false, refusal: toRefusal(forStrangers(cause)) };
  }
}

const UNPREPARED: Refusal["error"] = {
  code: "not-eligible",
  message: "The console's own tables are missing or of another version.",
  remedy: "They are made or brought up to date by the first run on an eligible database.",
  activeRun: null,
};

/**
 * What `read` gives of the console's database to somebody who is signed in, or the refusal that tells why it does not. The
 * guard stands here as well: what is forgotten in front of a page or a route is refused behind it.
 *
 * @throws whatever is neither a refusal nor an unusable setting.
 */
export async function answer<T>(read: DatabaseWork<T>): Promise<Answer<T>> {
  const access = await requireRole("viewer", { method: "GET" });
  return access.ok ? answerAnybody(read) : access;
}

/** The same for whoever asks, where it cannot be known who it is. */
export async function answerAnybody<T>(read: DatabaseWork<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await read(await currentTarget()) };
  } catch (cause) {
    return { ok: false, refusal: toRefusal(cause) };
  }
}
