import { formatCounted } from "@/lib/client/format";
import type { Blocker, Waiting } from "@/lib/contract";

/** Who is in the way, as a heading: `Waiting for pid 48213`. Pure. */
export function toWaitingTitle({ blockers }: Waiting): string {
  const [only] = blockers;
  if (only === undefined) return "Waiting for a lock";
  return blockers.length === 1
    ? `Waiting for pid ${only.pid}`
    : `Waiting for ${formatCounted(blockers.length, "session")}`;
}

/** What a step does, out of its id: `add columns public.session_summaries`. Pure. */
export function toStepText(step: string): string {
  const [effect = "", ...object] = step.split(":");
  return [effect.replaceAll("-", " "), ...object].join(" ");
}

/** Whose session it is: `ingest as app`. Pure. */
export function toBlockerName({ application, user }: Blocker): string {
  if (application === null) return user ?? "unknown";
  return user === null ? application : `${application} as ${user}`;
}
