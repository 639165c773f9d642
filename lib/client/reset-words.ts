import { formatBytes, formatCounted, formatDuration } from "@/lib/client/format";
import type { ResetPreview, RunSummary, Status } from "@/lib/contract";

/** Sessions a second that a sweep takes on modest hardware, as the plan estimates it. */
const SESSIONS_PER_SECOND = 15_000;

/** A sweep that takes less is not worth an estimate, in milliseconds. */
const LITTLE_MS = 5_000;

/** Whether the recorded version is one that a reset takes back. Pure. */
export function canReset({ version }: Status): boolean {
  return version.recorded === "15" || version.recorded === "16";
}

/** Why a reset, and while a run is active anything else, cannot be asked for now; null where it can. Pure. */
export function whyNoReset(status: Status): string | null {
  if (status.activeRun !== null) {
    return `Run migration, Catch up and Reset wait: run ${status.activeRun.id} has the database until it ends.`;
  }
  if (canReset(status)) return isUntouched(status) ? "Reset: nothing of v16 is there, and 15 is recorded." : null;
  return `Reset not possible: ${status.version.recorded ?? "nothing"} is recorded, and only 15 and 16 can be taken back.`;
}

/** v15 as it was; a column that an attempt of others left behind is reported as one besides v15. */
function isUntouched({ verdict, findings }: Status): boolean {
  return verdict === "ready" && findings.every(({ kind }) => kind !== "extra-object");
}

type ResetObject = ResetPreview["objects"][number];

/** How large one object is and what becomes of it. Pure. */
export function toObjectText({ bytes, rebuildable }: ResetObject): string {
  const size = bytes === null ? "" : `${formatBytes(bytes)}, `;
  return `${size}${rebuildable ? "made again by a run" : "no run makes all of it again"}`;
}

/** How long a run takes to make everything again: by the number of sessions, and what the newest migration took. Pure. */
export function toRebuildText(status: Status, runs: readonly RunSummary[]): string {
  const sessions = status.phases[0]?.rows?.total ?? 0;
  const estimateMs = (sessions / SESSIONS_PER_SECOND) * 1_000;
  const last = runs.find(({ kind, status: outcome }) => kind === "migrate" && outcome === "succeeded");
  const about = `about ${formatDuration(estimateMs)} for ${formatCounted(sessions, "session")}`;
  if (last?.finishedAt == null) return `What can be made again, a run makes from the documents: ${about}.`;
  const took = `run ${last.id}, the newest migration, took ${formatDuration(Date.parse(last.finishedAt) - Date.parse(last.startedAt))}`;
  // Of few sessions everything but the sweep decides, which no estimate knows of.
  return `What can be made again, a run makes from the documents${estimateMs < LITTLE_MS ? "" : `: ${about}`}; ${took}.`;
}
