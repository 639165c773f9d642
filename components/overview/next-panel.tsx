"use client";

import { ChartNoAxesColumn, FileText, Play } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useId } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import { WhyNot } from "@/components/access/why-not";
import { NextFacts } from "@/components/overview/next-facts";
import { StartMigration } from "@/components/overview/start-migration";
import { ResetButton } from "@/components/reset/reset-button";
import { useActions } from "@/components/shell/actions";
import { Dot } from "@/components/ui/dot";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunAction, useRunChange } from "@/components/ui/use-run-action";
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
          <NextFacts status={status} writerWaitMs={writerWaitMs} />
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
          <b>{action}</b> not now: {why}
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
          <FollowRun runId={step.run.id} look={LOOK} />
        </div>
      );
    case "resume":
      return step.isActive ? <ResumeHeld runId={step.runId} /> : <ResumeInterrupted runId={step.runId} />;
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

function FollowRun({ runId, look }: { runId: number; look: string }) {
  return (
    <Link className={look} href={`/runs/${runId}`}>
      <Dot /> Follow run {runId}
    </Link>
  );
}

/** Stays on this page: how the run then stands arrives by itself. */
function ResumeHeld({ runId }: { runId: number }) {
  const { ask, isPending, refusal } = useRunChange(useActions().resumeRun);
  return (
    <div className="stack">
      <ResumeButton runId={runId} isPending={isPending} onPress={() => void ask({ runId })} />
      <FollowRun runId={runId} look="btn wide" />
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not resumed" />}
    </div>
  );
}

function ResumeInterrupted({ runId }: { runId: number }) {
  const { start, isPending, refusal } = useRunAction(useActions().resumeRun);
  return (
    <div className="stack">
      <ResumeButton runId={runId} isPending={isPending} onPress={() => start({ runId })} />
      {refusal === null ? null : <RefusalPanel refusal={refusal} title={`Run ${runId} was not resumed`} />}
    </div>
  );
}

function ResumeButton({ runId, isPending, onPress }: { runId: number; isPending: boolean; onPress: () => void }) {
  const whyNot = useWhyNotMay("operator");
  const why = useId();
  return (
    <>
      <div className="sticky-cta">
        <button
          type="button"
          className={LOOK}
          disabled={isPending}
          aria-disabled={whyNot !== null}
          aria-describedby={whyNot === null ? undefined : why}
          onClick={() => {
            if (whyNot === null) onPress();
          }}
        >
          <Play className="i" aria-hidden="true" /> Resume run {runId}
        </button>
      </div>
      <WhyNot id={why} why={whyNot} />
    </>
  );
}
