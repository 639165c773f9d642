"use client";

import { X } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { ConfirmIdentity } from "@/components/access/confirm-identity";
import { SessionFacts } from "@/components/run/session-facts";
import { answerOf } from "@/components/ui/answer-of";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunChange } from "@/components/ui/use-run-action";
import { type BlockerActions, type BlockerEnd, toLossText, whyNotCancel } from "@/lib/client/run-blockers";
import type { Answer, BlockerPreview } from "@/lib/contract";

/** The confirmation before a session of others is ended: who it is right now, and what that costs them. */
export function EndBlocker(props: {
  runId: number;
  pid: number;
  /** Whether the run still waits for it. */
  isInTheWay: boolean;
  actions: BlockerActions;
  onClose: () => void;
}) {
  const { runId, pid, isInTheWay, actions, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [seen, setSeen] = useState<Answer<BlockerPreview> | null>(null);
  const { ask, isPending, refusal } = useRunChange(actions.end);
  /** What was pressed last: goes on once the password was given again. */
  const [asked, setAsked] = useState<BlockerEnd>("cancel");
  const title = useId();

  // biome-ignore lint/correctness/useExhaustiveDependencies: opened and read once
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
    let isLeft = false;
    void answerOf(() => actions.preview({ runId, pid })).then((answer) => {
      if (!isLeft) setSeen(answer);
    });
    return () => {
      isLeft = true;
    };
  }, []);

  async function end(how: BlockerEnd) {
    if (isPending || !seen?.ok) return;
    setAsked(how);
    const answer = await ask({ runId, pid, connectedAt: seen.value.connectedAt, how });
    if (answer.ok) dialog.current?.close();
  }

  const session = seen?.ok === true ? seen.value : null;
  const gone = isInTheWay || isPending ? null : "It is not in the way any more: there is nothing to end.";
  const noCancel = session === null ? null : whyNotCancel(session);
  const off = session === null || isPending || gone !== null;
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={title} onClose={onClose}>
      <header>
        <h2 id={title}>
          End pid {pid}, in the way of run {runId}
        </h2>
        <button type="button" className="icon-btn" aria-label="Close" onClick={() => dialog.current?.close()}>
          <X className="i" aria-hidden="true" />
        </button>
      </header>
      <div className="in stack sm" aria-busy={seen === null}>
        {seen === null ? <p className="late muted">Reading who it is</p> : null}
        {seen?.ok === false ? <RefusalPanel refusal={seen.refusal} title="Not ended from here" /> : null}
        {session === null ? null : (
          <>
            <SessionFacts session={session} connectedAt={session.connectedAt} />
            <div className="two">
              <section className="panel">
                <h3>Cancel its statement</h3>
                <p>
                  {noCancel ??
                    "Tried first: its statement fails with 57014, and its transaction with it. The connection stays, so most applications simply go on."}
                </p>
              </section>
              <section className="panel">
                <h3>Terminate the session</h3>
                <p>{toLossText(session)}</p>
              </section>
            </div>
            <p className="soft">
              It is ended in the moment in which it blocks the run, and only if it is still this session. The log of the
              run says so.
            </p>
          </>
        )}
        {refusal?.code === "unconfirmed" ? (
          <ConfirmIdentity why={refusal} onConfirmed={() => void end(asked)} />
        ) : refusal === null ? null : (
          <RefusalPanel refusal={refusal} title="Not done" />
        )}
      </div>
      <footer>
        <span className="why-not" role="status">
          {isPending ? "Waits for the run's next try, 10 s at most." : (gone ?? "")}
        </span>
        <div className="end">
          <button type="button" className="btn" onClick={() => dialog.current?.close()}>
            Leave it alone
          </button>
          {session === null ? null : (
            <>
              <button
                type="button"
                className="btn"
                aria-disabled={off || noCancel !== null}
                title={noCancel ?? undefined}
                onClick={() => {
                  if (!off && noCancel === null) void end("cancel");
                }}
              >
                Cancel its statement
              </button>
              <button
                type="button"
                className="btn danger"
                aria-disabled={off}
                onClick={() => {
                  if (!off) void end("terminate");
                }}
              >
                Terminate pid {pid}
              </button>
            </>
          )}
        </div>
      </footer>
    </dialog>
  );
}
