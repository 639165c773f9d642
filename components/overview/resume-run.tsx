"use client";

import { Play } from "lucide-react";
import { useId } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import { WhyNot } from "@/components/access/why-not";
import { useActions } from "@/components/shell/actions";
import { FollowRun } from "@/components/ui/follow-run";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunAction, useRunChange } from "@/components/ui/use-run-action";
import type { ActiveRun } from "@/lib/contract";

/** Lets a held run go on. Stays on this page: how the run then stands arrives by itself. */
export function ResumeHeld({ run }: { run: ActiveRun }) {
  const { ask, isPending, refusal } = useRunChange(useActions().resumeRun);
  return (
    <div className="stack">
      <ResumeButton runId={run.id} isPending={isPending} onPress={() => void ask({ runId: run.id })} />
      <FollowRun run={run} className="btn wide" />
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not resumed" />}
    </div>
  );
}

/** Lets a run go on whose process went away, and goes to its page. */
export function ResumeInterrupted({ runId }: { runId: number }) {
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
          className="btn primary big wide"
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
