"use client";

import { ChartNoAxesColumn } from "lucide-react";
import Link from "next/link";
import { ResumeHeld, ResumeInterrupted } from "@/components/overview/resume-run";
import { StartMigration } from "@/components/overview/start-migration";
import { FollowRun } from "@/components/ui/follow-run";
import { formatCount, formatCounted, formatList } from "@/lib/client/format";
import { type NextStep, whyNotMigrate } from "@/lib/client/next-step";
import { toTimesText } from "@/lib/client/plan-times";
import { rewrittenBy, strongestLock, toLockWords } from "@/lib/client/plan-words";
import { viewsInTheWay } from "@/lib/client/views-in-the-way";
import type { PlannedStep, RunSummary, Status } from "@/lib/contract";

/** What to do with the plan, and what it comes to. */
export function PlanNext(props: {
  status: Status;
  next: NextStep;
  newest: RunSummary | null;
  steps: PlannedStep[];
  writerWaitMs: number;
}) {
  const { status, next, newest, steps, writerWaitMs } = props;
  const rewritten = rewrittenBy(steps);
  const lock = strongestLock(steps);
  const phases = new Set(steps.map(({ phase }) => phase)).size;
  return (
    <div className="next">
      <aside className="panel" aria-label="Next">
        <div className="in stack pt-4">
          <PrimaryAction status={status} next={next} hasSteps={steps.length > 0} />
          {newest?.status === "failed" && next.kind === "migrate" ? (
            <p className="sm">
              Run {newest.id} failed: <Link href={`/runs/${newest.id}`}>see why</Link> before you run again.
            </p>
          ) : null}
          {steps.length === 0 ? null : (
            <dl className="facts">
              <dt>Steps</dt>
              <dd>
                {formatCount(steps.length)} <span className="muted">in {formatCounted(phases, "phase")}</span>
              </dd>
              <dt>Takes</dt>
              <dd>{toTimesText(steps)}</dd>
              <dt>Strongest lock</dt>
              <dd>
                {lock ?? "none"} <span className="muted block">{toLockWords(lock).text}</span>
              </dd>
              <dt>Others wait for a lock</dt>
              <dd>
                {formatCount(writerWaitMs)} ms at most
                <span className="muted block">
                  {rewritten.length === 0
                    ? "then it steps back and tries again"
                    : `longer while ${formatList(rewritten)} ${rewritten.length === 1 ? "is" : "are"} rewritten`}
                </span>
              </dd>
            </dl>
          )}
        </div>
      </aside>
    </div>
  );
}

const LOOK = "btn primary big wide";

/** The same next step as on the Overview. */
function PrimaryAction({ status, next, hasSteps }: { status: Status; next: NextStep; hasSteps: boolean }) {
  switch (next.kind) {
    case "resume":
      return status.activeRun !== null ? (
        <ResumeHeld run={status.activeRun} />
      ) : (
        <ResumeInterrupted runId={next.runId} />
      );
    case "migrate":
      return <StartMigration viewsInTheWay={viewsInTheWay(status)} blocked={whyNotMigrate(next.blocking)} />;
    default:
      return (
        <div className="sticky-cta">
          {next.kind === "follow" ? (
            <FollowRun run={next.run} className={LOOK} />
          ) : hasSteps ? (
            <Link className={LOOK} href="/">
              Catch up from the Overview
            </Link>
          ) : (
            <Link className={LOOK} href="/coverage">
              <ChartNoAxesColumn className="i" aria-hidden="true" /> See the coverage
            </Link>
          )}
        </div>
      );
  }
}
