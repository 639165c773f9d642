import { formatCounted } from "@/lib/client/format";
import { countOpen } from "@/lib/client/verdict-text";
import { viewsInTheWay } from "@/lib/client/views-in-the-way";
import type { ActiveRun, Finding, RunSummary, Status } from "@/lib/contract";

/** The one thing to do next. */
export type NextStep =
  | { kind: "follow"; run: ActiveRun }
  | { kind: "resume"; runId: number; isActive: boolean }
  | { kind: "migrate"; blocking: Finding[] }
  | { kind: "catch-up"; sessions: number }
  | { kind: "coverage" };

/**
 * What comes next: what is under way, then what was interrupted, then v16, then what ingest wrote since. Pure.
 *
 * @param newest the newest run that is no verification.
 */
export function toNextStep(status: Status, newest: RunSummary | null): NextStep {
  const { activeRun, verdict, findings } = status;
  if (activeRun !== null) {
    const isHeld = activeRun.status === "pausing" || activeRun.status === "paused";
    return isHeld ? { kind: "resume", runId: activeRun.id, isActive: true } : { kind: "follow", run: activeRun };
  }
  if (newest?.status === "interrupted" && newest.kind !== "reset") {
    return { kind: "resume", runId: newest.id, isActive: false };
  }
  if (verdict !== "migrated") {
    return { kind: "migrate", blocking: findings.filter(isBlocking) };
  }
  const sessions = countOpen(status);
  return sessions > 0 ? { kind: "catch-up", sessions } : { kind: "coverage" };
}

/** Whether it has to go before a run can begin. A plain view in the way goes with the operator's consent. */
function isBlocking(finding: Finding): boolean {
  const { kind, severity, object } = finding;
  if (severity !== "error") return false;
  return kind === "hazard" || (kind === "dependent-object" && !viewsInTheWay({ findings: [finding] }).includes(object));
}

/** An action that is not offered, and why not. */
export interface NotNow {
  action: string;
  why: string;
}

/** What is not offered besides the next step, and why. That an active run keeps all else waiting is said at the reset. Pure. */
export function toNotNow(step: NextStep): NotNow[] {
  const [run, catchUp] = ["Run migration", "Catch up"];
  switch (step.kind) {
    case "resume":
      return step.isActive ? [] : [{ action: run, why: `run ${step.runId} is resumed instead of a new one.` }];
    case "migrate":
      return [{ action: catchUp, why: "the migration itself takes every session until the database shows v16." }];
    case "catch-up":
      return [{ action: run, why: "v16 is there as declared; only new sessions are left." }];
    case "coverage":
      return [{ action: `${run}, ${catchUp}`, why: "v16 is there as declared, and every session is swept." }];
    case "follow":
      return [];
    default:
      return step satisfies never;
  }
}

/** Why the migration cannot be started, or null. Pure. */
export function whyNotMigrate(blocking: readonly Finding[]): string | null {
  const [first] = blocking;
  if (first === undefined) return null;
  const more = blocking.length - 1;
  return `${first.message} ${first.remedy}${more === 0 ? "" : ` And ${formatCounted(more, "more finding")} below.`}`;
}
