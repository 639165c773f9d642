"use client";

import { RefreshCw } from "lucide-react";
import { useId, useRef } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import { WhyNot } from "@/components/access/why-not";
import { useActions } from "@/components/shell/actions";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { useRunAction } from "@/components/ui/use-run-action";
import { formatCount, formatCounted } from "@/lib/client/format";

/** Takes the sessions that ingest wrote since the last sweep, after a word on what that does. */
export function CatchUp({
  sessions,
  isExact,
  writerWaitMs,
}: {
  sessions: number;
  isExact: boolean;
  writerWaitMs: number;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { start, isPending, refusal } = useRunAction(useActions().catchUp);
  const whyNot = useWhyNotMay("operator");
  const why = useId();
  const counted = `${isExact ? "" : "about "}${formatCounted(sessions, "session")}`;
  return (
    <div className="stack">
      <div className="sticky-cta">
        <button
          type="button"
          className="btn primary big wide"
          aria-disabled={whyNot !== null}
          aria-describedby={whyNot === null ? undefined : why}
          onClick={() => {
            if (whyNot === null) dialog.current?.showModal();
          }}
        >
          <RefreshCw className="i" aria-hidden="true" /> Catch up {formatCounted(sessions, "session")}…
        </button>
      </div>
      <WhyNot id={why} why={whyNot} />
      <ConfirmDialog
        ref={dialog}
        title={`Catch up ${counted}`}
        act="Catch up"
        keep="Not now"
        isPending={isPending}
        refusal={refusal}
        onConfirm={() => start()}
      >
        <p>
          A run reads the documents of {counted} that ingest wrote since the last sweep, fills the five columns of each,
          and computes their addresses and ASNs anew.
        </p>
        <p>
          It works in short committed batches while ingest goes on; a writer waits at most {formatCount(writerWaitMs)}{" "}
          ms for it. A value that is there already is never replaced, and the version stays as it is.
        </p>
        <p className="soft">It can be paused and cancelled at any time; what it has done stays.</p>
      </ConfirmDialog>
    </div>
  );
}
