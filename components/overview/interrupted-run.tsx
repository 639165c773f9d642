"use client";

import { Play } from "lucide-react";
import Link from "next/link";
import { useActions } from "@/components/shell/actions";
import { StateIcon } from "@/components/ui/icons";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunAction } from "@/components/ui/use-run-action";
import type { RunSummary } from "@/lib/contract";

/** The newest run stopped before its end, and how it goes on. */
export function InterruptedRun({ run }: { run: Pick<RunSummary, "id" | "kind"> }) {
  const { start, isPending, refusal } = useRunAction(useActions().resumeRun);
  return (
    <div className="stack mb-5">
      <section className="panel amber" aria-labelledby="interrupted">
        <header>
          <StateIcon state="interrupted" small />
          <h2 id="interrupted">
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
