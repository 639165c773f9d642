"use client";

import { X } from "lucide-react";
import dynamic from "next/dynamic";
import type { Ref } from "react";
import { useId, useRef } from "react";
import { TimeLeft } from "@/components/reset/time-left";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import type { OfferedReset } from "@/lib/client/actions";
import { formatMoment } from "@/lib/client/format";
import type { Answer, Status } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Loaded when it is asked for first: no page waits for it. */
const ResetOffer = dynamic(() => import("@/components/reset/reset-offer").then((module) => module.ResetOffer), {
  ssr: false,
});

/** The reset: what goes, what is lost, what stays, and the typed confirmation. The browser keeps the focus inside. */
export function ResetDialog(props: {
  ref: Ref<HTMLDialogElement>;
  status: Status;
  offer: Answer<OfferedReset> | null;
  isReading: boolean;
  onReadAgain: () => void;
}) {
  const { ref, status, offer, isReading, onReadAgain } = props;
  const title = useId();
  const closer = useRef<HTMLButtonElement>(null);
  const close = () => closer.current?.closest("dialog")?.close();
  return (
    <dialog ref={ref} className="dialog reset" aria-labelledby={title}>
      <header>
        <div>
          <h2 id={title}>Reset {toDisplayText(status.database.name)} to v15</h2>
          <p className="sm soft">
            One transaction: all of it or nothing.
            {offer?.ok === true ? (
              <>
                {" "}
                Preview of {formatMoment(offer.value.offeredAt).slice(11)},{" "}
                <TimeLeft offeredAt={offer.value.offeredAt} />.
              </>
            ) : null}
          </p>
        </div>
        <button ref={closer} type="button" className="icon-btn" aria-label="Close" onClick={close}>
          <X className="i" aria-hidden="true" />
        </button>
      </header>
      {offer === null || isReading ? (
        <div className="in pb-6">
          <p role="status" className="muted">
            Reading what would go: tables, rows, dependents.
          </p>
        </div>
      ) : offer.ok ? (
        <ResetOffer
          key={offer.value.token}
          offer={offer.value}
          status={status}
          onClose={close}
          onReadAgain={onReadAgain}
        />
      ) : (
        <div className="in pb-6">
          <RefusalPanel refusal={offer.refusal} title="Reset is not possible now" />
          <div className="mt-4 flex justify-end gap-2">
            <button type="button" className="btn" onClick={onReadAgain}>
              Look again
            </button>
            <button type="button" className="btn" onClick={close}>
              Keep as it is
            </button>
          </div>
        </div>
      )}
    </dialog>
  );
}
