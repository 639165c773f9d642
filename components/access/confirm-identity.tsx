"use client";

import { useState } from "react";
import { Field } from "@/components/access/field";
import { RefusalLine } from "@/components/access/refusal-line";
import { useAccess } from "@/components/access/use-access";
import type { Refusal } from "@/lib/contract";

/**
 * Asks for password or code once more, in the place where something that cannot be undone was refused for want of it, and
 * then goes on. No form of its own: it stands inside one.
 */
export function ConfirmIdentity({ why, onConfirmed }: { why: Refusal["error"]; onConfirmed: () => void }) {
  const [proof, setProof] = useState("");
  const { ask, isPending, refusal } = useAccess();

  async function confirm() {
    if (isPending || proof === "") return;
    if ((await ask("confirm", { proof })).ok) onConfirmed();
  }

  return (
    <section className="panel amber" role="alert">
      <div className="in stack pt-4 sm">
        <p>{why.message}</p>
        <div className="one-line-form">
          <Field
            label="Your password, or a code of your app"
            type="password"
            autoComplete="current-password"
            value={proof}
            onChange={(event) => setProof(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              void confirm();
            }}
          />
          <button type="button" className="btn" aria-disabled={isPending || proof === ""} onClick={confirm}>
            Give it and go on
          </button>
        </div>
        <RefusalLine refusal={refusal} />
      </div>
    </section>
  );
}
