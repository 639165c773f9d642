"use client";

import { Undo2 } from "lucide-react";
import { useRef, useState, useTransition } from "react";
import { ResetDialog } from "@/components/reset/reset-dialog";
import { useActions } from "@/components/shell/actions";
import type { OfferedReset } from "@/lib/client/actions";
import type { Answer } from "@/lib/contract";

/** Opens the preview of a reset. Where a reset is not allowed now, the button stays and the reason stands under it. */
export function ResetButton({ database, whyNot }: { database: string; whyNot: string | null }) {
  const { previewReset } = useActions();
  const dialog = useRef<HTMLDialogElement>(null);
  const [offer, setOffer] = useState<Answer<OfferedReset> | null>(null);
  const [isReading, startReading] = useTransition();

  function open() {
    if (whyNot !== null) return;
    setOffer(null);
    dialog.current?.showModal();
    startReading(async () => setOffer(await previewReset().catch(() => NO_ANSWER)));
  }

  return (
    <>
      <button
        type="button"
        className="btn quiet wide"
        aria-disabled={whyNot !== null}
        aria-describedby={whyNot === null ? undefined : "why-no-reset"}
        onClick={open}
      >
        <Undo2 className="i i-s" aria-hidden="true" /> Reset to v15…
      </button>
      {whyNot === null ? null : (
        <p id="why-no-reset" className="xs mt-1 text-center text-ink-3">
          {whyNot}
        </p>
      )}
      <ResetDialog ref={dialog} database={database} offer={offer} isReading={isReading} onReadAgain={open} />
    </>
  );
}

const NO_ANSWER: Answer<never> = {
  ok: false,
  refusal: {
    code: "unreachable",
    message: "The console did not answer.",
    remedy: "Close this and try again. Nothing was changed.",
    activeRun: null,
  },
};
