"use client";

import { RefreshCw } from "lucide-react";
import { useRef } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import { useKnownStatus } from "@/components/shell/known-status";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { FollowRun } from "@/components/ui/follow-run";
import { useRunAction } from "@/components/ui/use-run-action";
import { formatCounted } from "@/lib/client/format";
import type { Answer } from "@/lib/contract";

/**
 * Reads the sessions with values set aside again, as a run, after a word on what that does; while another run is active,
 * leads there.
 *
 * @param retryable values of sessions; those of the inventories are of a repair, which is done.
 */
export function RetryButton({
  retryable,
  retry,
}: {
  retryable: number;
  retry: () => Promise<Answer<{ runId: number }>>;
}) {
  const activeRun = useKnownStatus().status?.activeRun ?? null;
  const mayNot = useWhyNotMay("operator");
  const dialog = useRef<HTMLDialogElement>(null);
  const { start, isPending, refusal } = useRunAction(retry);
  if (activeRun !== null) {
    return (
      <>
        <div className="sticky-cta">
          <FollowRun run={activeRun} className="btn primary big wide" />
        </div>
        <p className="xs text-ink-3">
          Trying again waits for run {activeRun.id}: it has the database until it ends. This page follows by itself.
        </p>
      </>
    );
  }
  const whyNot =
    retryable > 0 ? mayNot : "These are values of the inventories' own rows: the repair that met them is done.";
  return (
    <>
      <div className="sticky-cta">
        <button
          type="button"
          className="btn primary big wide"
          aria-disabled={whyNot !== null}
          aria-describedby={whyNot === null ? undefined : "why-no-retry"}
          onClick={() => {
            if (whyNot === null) dialog.current?.showModal();
          }}
        >
          <RefreshCw className="i" aria-hidden="true" /> Try again…
        </button>
      </div>
      {whyNot === null ? (
        <p className="xs text-ink-3">Try again once the data is mended: what can then be read leaves the list.</p>
      ) : (
        <p className="xs text-ink-3" id="why-no-retry">
          {whyNot}
        </p>
      )}
      <ConfirmDialog
        ref={dialog}
        title={`Try ${formatCounted(retryable, "value")} again`}
        act="Try again"
        keep="Not now"
        isPending={isPending}
        refusal={refusal}
        onConfirm={() => start()}
      >
        <p>
          A catch-up reads the documents of their sessions once more. What a column can hold by now is filled in and
          leaves the list; the rest stays on it, with the number of this run.
        </p>
        <p>
          It takes open sessions along, works in short committed batches while ingest goes on, and never replaces a
          value that is there.
        </p>
      </ConfirmDialog>
    </>
  );
}
