"use client";

import { X } from "lucide-react";
import { useEffect, useId, useRef } from "react";
import { ResetOffer } from "@/components/reset/reset-offer";
import { TimeLeft } from "@/components/reset/time-left";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import type { OfferedReset } from "@/lib/client/actions";
import { formatMoment } from "@/lib/client/format";
import type { Answer, Status } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** The reset: what goes, what is lost, what stays, and the typed confirmation. The browser keeps the focus inside. */
export function ResetDialog(props: {
  status: Status;
  offer: Answer<OfferedReset> | null;
  isReading: boolean;
  onReadAgain: () => void;
  onClose: () => void;
}) {
  const { status, offer, isReading, onReadAgain, onClose } = props;
  const title = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => dialog.current?.close();

  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);

  return (
    <dialog ref={dialog} className="dialog reset" aria-labelledby={title} onClose={onClose}>
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
        <button type="button" className="icon-btn" aria-label="Close" onClick={close}>
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
