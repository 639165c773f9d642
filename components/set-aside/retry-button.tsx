"use client";

import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import Link from "next/link";
import { Dot } from "@/components/ui/dot";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunAction } from "@/components/ui/use-run-action";
import { answeredValue, statusOptions } from "@/lib/client/query-options";
import type { Answer } from "@/lib/contract";

/** Reads the sessions with values set aside again, as a run; while another one is active, leads there. */
export function RetryButton({ retry }: { retry: () => Promise<Answer<{ runId: number }>> }) {
  const activeRun = answeredValue(useQuery(statusOptions).data)?.activeRun ?? null;
  const { start, isPending, refusal } = useRunAction(retry);
  if (activeRun !== null) {
    return (
      <Link className="btn primary" href={`/runs/${activeRun.id}`}>
        <Dot /> Follow run {activeRun.id}
      </Link>
    );
  }
  return (
    <>
      <button
        type="button"
        className="btn primary"
        title="Reads their sessions again, after you mended the data"
        disabled={isPending}
        onClick={() => start()}
      >
        <RefreshCw className="i i-s" aria-hidden="true" /> Try again
      </button>
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not started" />}
    </>
  );
}
