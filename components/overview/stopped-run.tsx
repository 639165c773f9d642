"use client";

import { Play } from "lucide-react";
import Link from "next/link";
import { useActions } from "@/components/shell/actions";
import { StateIcon } from "@/components/ui/icons";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunAction } from "@/components/ui/use-run-action";
import type { RunSummary } from "@/lib/contract";

/** The newest run stopped before its end, and how it goes on; nothing for a run that reached its end. */
export function StoppedRun({ run }: { run: RunSummary }) {
  if (run.status === "interrupted") return <InterruptedRun run={run} />;
  return run.status === "cancelled" && run.kind !== "reset" ? <CancelledRun run={run} /> : null;
}

function InterruptedRun({ run }: { run: RunSummary }) {
  const { start, isPending, refusal } = useRunAction(useActions().resumeRun);
  return (
    <div className="stack mb-5">
      <section className="panel amber" aria-labelledby="stopped">
        <header>
          <StateIcon state="interrupted" small />
          <h2 id="stopped">
            <Link href={`/runs/${run.id}`}>Run {run.id}</Link> was interrupted
          </h2>
        </header>
        <div className="in sm">
          <p>
            Its process went away. What it committed stays; resumed, it goes on from what the database shows, in the
            same log.
          </p>
          <button type="button" className="btn mt-3" disabled={isPending} onClick={() => start({ runId: run.id })}>
            <Play className="i i-s" aria-hidden="true" /> Resume run {run.id}
          </button>
        </div>
      </section>
      {refusal === null ? null : <RefusalPanel refusal={refusal} title={`Run ${run.id} was not resumed`} />}
    </div>
  );
}

function CancelledRun({ run }: { run: RunSummary }) {
  return (
    <section className="panel mb-5" aria-labelledby="stopped">
      <header>
        <StateIcon state="cancelled" small />
        <h2 id="stopped">
          <Link href={`/runs/${run.id}`}>Run {run.id}</Link> was cancelled
        </h2>
      </header>
      <p className="in sm">
        What it committed stays.{" "}
        {run.kind === "migrate"
          ? "Run the migration again: it goes on from what the database shows, under a new number. Or go back with a reset."
          : "The next catch-up takes what it left."}
      </p>
    </section>
  );
}
