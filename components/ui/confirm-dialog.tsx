"use client";

import { X } from "lucide-react";
import { type ReactNode, type Ref, useId, useRef } from "react";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import type { Refusal } from "@/lib/contract";

/** Says what an action does before it is done. The browser keeps the focus inside, and gives it back. */
export function ConfirmDialog(props: {
  ref: Ref<HTMLDialogElement>;
  title: string;
  /** What the action does, and what it costs. */
  children: ReactNode;
  /** Names the act, and what the other button leaves as it is. */
  act: string;
  keep: string;
  isPending: boolean;
  refusal: Refusal["error"] | null;
  onConfirm: () => void;
}) {
  const { ref, title, children, act, keep, isPending, refusal, onConfirm } = props;
  const heading = useId();
  const closer = useRef<HTMLButtonElement>(null);
  const close = () => closer.current?.closest("dialog")?.close();
  return (
    <dialog ref={ref} className="dialog small" aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{title}</h2>
        <button ref={closer} type="button" className="icon-btn" aria-label="Close" onClick={close}>
          <X className="i" aria-hidden="true" />
        </button>
      </header>
      <div className="in stack sm">
        {children}
        {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not started" />}
      </div>
      <footer>
        <div className="end">
          <button type="button" className="btn" onClick={close}>
            {keep}
          </button>
          <button
            type="button"
            className="btn primary"
            aria-disabled={isPending}
            onClick={() => {
              if (!isPending) onConfirm();
            }}
          >
            {act}
          </button>
        </div>
      </footer>
    </dialog>
  );
}
