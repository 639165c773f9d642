"use client";

import { Play, RefreshCw } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useId } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import { WhyNot } from "@/components/access/why-not";
import { CancelRun } from "@/components/run/cancel-run";
import { useActions } from "@/components/shell/actions";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunAction } from "@/components/ui/use-run-action";
import type { NextOfRun as Next } from "@/lib/client/run-ending";
import type { RunDetail } from "@/lib/contract";

const LOOK = "btn primary big wide";

/** What an operator does next about a run that was stopped, as one button with a word on what it does. */
export function NextOfRun({ run, next }: { run: RunDetail; next: Next }) {
  switch (next.do) {
    case "resume":
      return <Resume run={run} />;
    case "migrate":
      return <RunAgain run={run} />;
    case "catch-up":
      return <CatchUpAgain />;
    case "follow":
      return (
        <Step words={`Run ${next.runId} holds the database now.`}>
          <Link className={LOOK} href={`/runs/${next.runId}`}>
            Follow run {next.runId}
          </Link>
        </Step>
      );
    case "see-coverage":
      return (
        <Step words="Nothing: the database is at v16 by now.">
          <Link className={LOOK} href="/coverage">
            See the coverage
          </Link>
        </Step>
      );
    case "see-overview":
      return (
        <Step
          words={run.kind === "reset" ? "A reset is previewed and confirmed anew." : "See how the database stands."}
        >
          <Link className={LOOK} href="/">
            Go to the overview
          </Link>
        </Step>
      );
    default:
      return next satisfies never;
  }
}

function Step({ words, children }: { words: string; children: ReactNode }) {
  return (
    <>
      <p className="soft">{words}</p>
      <div className="sticky-cta mt-3">{children}</div>
    </>
  );
}

function Act({ isPending, onPress, children }: { isPending: boolean; onPress: () => void; children: ReactNode }) {
  const whyNot = useWhyNotMay("operator");
  const why = useId();
  const isOff = isPending || whyNot !== null;
  return (
    <>
      <button
        type="button"
        className={LOOK}
        aria-disabled={isOff}
        aria-describedby={whyNot === null ? undefined : why}
        onClick={() => isOff || onPress()}
      >
        {children}
      </button>
      <WhyNot id={why} why={whyNot} />
    </>
  );
}

function Resume({ run }: { run: RunDetail }) {
  const { start, isPending, refusal } = useRunAction(useActions().resumeRun);
  const isByItself = run.cause === "shutdown" && run.startedBy !== "cli" && run.kind !== "reset";
  return (
    <>
      <Step
        words={
          isByItself
            ? "The next worker resumes it by itself; or now, in the same log:"
            : "Resumed, it goes on from what the database shows, in the same log."
        }
      >
        <Act isPending={isPending} onPress={() => start({ runId: run.id })}>
          <Play className="i" aria-hidden="true" /> Resume run {run.id}
        </Act>
      </Step>
      <div className="mt-1 text-center">
        <CancelRun run={run} whyNot={null} />
      </div>
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not resumed" />}
    </>
  );
}

function RunAgain({ run }: { run: RunDetail }) {
  const { start, isPending, refusal } = useRunAction(useActions().runMigration);
  const request = { speed: run.speed, until: null, recreatedDependents: [] };
  return (
    <>
      <Step words="A new run goes on from what the database shows; nothing is done twice.">
        <Act isPending={isPending} onPress={() => start(request)}>
          <Play className="i" aria-hidden="true" /> Run migration again
        </Act>
      </Step>
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not started" />}
    </>
  );
}

function CatchUpAgain() {
  const { start, isPending, refusal } = useRunAction(useActions().catchUp);
  return (
    <>
      <Step words="The next catch-up takes what this one left.">
        <Act isPending={isPending} onPress={() => start()}>
          <RefreshCw className="i" aria-hidden="true" /> Catch up again
        </Act>
      </Step>
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not started" />}
    </>
  );
}
