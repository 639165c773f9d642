"use client";

import { X } from "lucide-react";
import { useId, useRef } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import { useActions } from "@/components/shell/actions";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunChange } from "@/components/ui/use-run-action";
import type { RunSummary } from "@/lib/contract";

/** Ends a run, after a word on what that means. */
export function CancelRun(props: { run: Pick<RunSummary, "id" | "kind">; whyNot: string | null }) {
  const { run } = props;
  const mayNot = useWhyNotMay("operator");
  const whyNot = mayNot ?? props.whyNot;
  const dialog = useRef<HTMLDialogElement>(null);
  const { ask, isPending, refusal } = useRunChange(useActions().cancelRun);
  const [title, why] = [useId(), useId()];
  const close = () => dialog.current?.close();

  async function cancel() {
    if (isPending) return;
    const answer = await ask({ runId: run.id });
    if (answer.ok) close();
  }

  return (
    <>
      <button
        type="button"
        className="btn quiet"
        aria-disabled={whyNot !== null}
        aria-describedby={whyNot === null ? undefined : why}
        title={whyNot ?? undefined}
        onClick={() => {
          if (whyNot === null) dialog.current?.showModal();
        }}
      >
        Cancel run…
      </button>
      {whyNot === null ? null : (
        <span className="sr" id={why}>
          {whyNot}
        </span>
      )}
      <dialog ref={dialog} className="dialog small" aria-labelledby={title}>
        <header>
          <h2 id={title}>Cancel run {run.id}</h2>
          <button type="button" className="icon-btn" aria-label="Close" onClick={close}>
            <X className="i" aria-hidden="true" />
          </button>
        </header>
        <div className="in stack sm">
          {run.kind === "reset" ? (
            <p>It is one transaction: cancelled before its end, nothing of it happens.</p>
          ) : (
            <p>
              It ends after the batch at hand. What is done stays done, and the next run goes on from there. To stop for
              a while only, pause it instead: the database stays yours.
            </p>
          )}
          {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not cancelled" />}
        </div>
        <footer>
          <div className="end">
            <button type="button" className="btn" onClick={close}>
              Let it run
            </button>
            <button type="button" className="btn danger" aria-disabled={isPending} onClick={() => void cancel()}>
              Cancel run {run.id}
            </button>
          </div>
        </footer>
      </dialog>
    </>
  );
}
