"use client";

import { Undo2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState, useTransition } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import { useActions } from "@/components/shell/actions";
import { answerOf } from "@/components/ui/answer-of";
import type { OfferedReset } from "@/lib/client/actions";
import { whyNoReset } from "@/lib/client/reset-words";
import type { Answer, Status } from "@/lib/contract";

/** Loaded when it is asked for first: no page waits for it. */
const ResetDialog = dynamic(() => import("@/components/reset/reset-dialog").then((module) => module.ResetDialog), {
  ssr: false,
});

/** Opens the preview of a reset. Where a reset is not allowed now, the button stays and the reason stands under it. */
export function ResetButton({ status }: { status: Status }) {
  const { previewReset } = useActions();
  const [isOpen, setOpen] = useState(false);
  const [offer, setOffer] = useState<Answer<OfferedReset> | null>(null);
  const [isReading, startReading] = useTransition();
  const mayNot = useWhyNotMay("admin");
  const why = whyNoReset(status);
  // Who may never do it is told so, unless a run keeps everybody waiting.
  const whyNot = status.activeRun === null ? (mayNot ?? why) : (why ?? mayNot);

  function read() {
    setOffer(null);
    startReading(async () => setOffer(await answerOf(previewReset)));
  }

  function open() {
    if (whyNot !== null) return;
    setOpen(true);
    read();
  }

  return (
    <>
      <button
        type="button"
        className="btn quiet"
        aria-disabled={whyNot !== null}
        aria-describedby={whyNot === null ? undefined : "why-no-reset"}
        onClick={open}
      >
        <Undo2 className="i i-s" aria-hidden="true" /> Reset to v15…
      </button>
      {whyNot === null ? null : (
        <p id="why-no-reset" className="why xs mt-1 text-ink-3">
          {whyNot}
        </p>
      )}
      {isOpen ? (
        <ResetDialog
          status={status}
          offer={offer}
          isReading={isReading}
          onReadAgain={read}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}
