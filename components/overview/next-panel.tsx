"use client";

import { ChartNoAxesColumn, FileText } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { NextFacts } from "@/components/overview/next-facts";
import { ResumeHeld, ResumeInterrupted } from "@/components/overview/resume-run";
import { StartMigration } from "@/components/overview/start-migration";
import { ResetButton } from "@/components/reset/reset-button";
import { FollowRun } from "@/components/ui/follow-run";
import { type NextStep, toNextStep, toNotNow, whyNotMigrate } from "@/lib/client/next-step";
import { viewsInTheWay } from "@/lib/client/views-in-the-way";
import type { RunSummary, Status } from "@/lib/contract";

/** In a boundary of its own, as large as what comes into it. */
const CatchUp = dynamic(() => import("@/components/overview/catch-up").then((module) => module.CatchUp), {
  loading: () => (
    <div className="sticky-cta" aria-hidden="true">
      <span className="btn primary big wide" />
    </div>
  ),
});

/** The one thing to do next, what it means, and the quieter ways. On a narrow screen the button is a bar at the foot. */
export function NextPanel(props: { status: Status; newest: RunSummary | null; writerWaitMs: number }) {
  const { status, newest, writerWaitMs } = props;
  const step = toNextStep(status, newest);
  return (
    <div className="next">
      <aside className="panel" aria-label="Next">
        <div className="in stack pt-4">
          <PrimaryAction step={step} status={status} writerWaitMs={writerWaitMs} />
          <NextFacts status={status} step={step} writerWaitMs={writerWaitMs} />
          <div className="quieter">
            <Link className="btn quiet" href="/plan">
              <FileText className="i i-s" aria-hidden="true" /> See the plan
            </Link>
            <ResetButton status={status} />
          </div>
          <NotOffered step={step} />
        </div>
      </aside>
    </div>
  );
}

function NotOffered({ step }: { step: NextStep }) {
  const actions = toNotNow(step);
  if (actions.length === 0) return null;
  return (
    <ul className="not-now" aria-label="Not offered now">
      {actions.map(({ action, why }) => (
        <li key={action}>
          <b>{action}</b>: not now, {why}
        </li>
      ))}
    </ul>
  );
}

const LOOK = "btn primary big wide";

function PrimaryAction({ step, status, writerWaitMs }: { step: NextStep; status: Status; writerWaitMs: number }) {
  switch (step.kind) {
    case "follow":
      return (
        <div className="sticky-cta">
          <FollowRun run={step.run} className={LOOK} />
        </div>
      );
    case "resume":
      return status.activeRun !== null ? (
        <ResumeHeld run={status.activeRun} />
      ) : (
        <ResumeInterrupted runId={step.runId} />
      );
    case "migrate":
      return <StartMigration viewsInTheWay={viewsInTheWay(status)} blocked={whyNotMigrate(step.blocking)} />;
    case "catch-up":
      return (
        <CatchUp
          sessions={step.sessions}
          isExact={status.phases[0]?.rows?.exact === true}
          writerWaitMs={writerWaitMs}
        />
      );
    case "coverage":
      return (
        <div className="sticky-cta">
          <Link className={LOOK} href="/coverage">
            <ChartNoAxesColumn className="i" aria-hidden="true" /> See the coverage
          </Link>
        </div>
      );
    default:
      return step satisfies never;
  }
}
