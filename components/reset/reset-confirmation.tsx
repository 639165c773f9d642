"use client";

import { useId, useState } from "react";
import { ConfirmIdentity } from "@/components/access/confirm-identity";
import { useTimeLeft } from "@/components/reset/time-left";
import { useActions } from "@/components/shell/actions";
import { CopyButton } from "@/components/ui/copy-button";
import { StateIcon } from "@/components/ui/icons";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunAction } from "@/components/ui/use-run-action";
import type { OfferedReset } from "@/lib/client/actions";
import { toDisplayText } from "@/lib/plain-text";

/** The typed name and the button, which works only once the name is right and nothing stands in the way. */
export function ResetConfirmation(props: {
  offer: OfferedReset;
  /** Dependents of others may go too. */
  isAgreed: boolean;
  onClose: () => void;
  onReadAgain: () => void;
}) {
  const { offer, isAgreed, onClose, onReadAgain } = props;
  const { preview, token, offeredAt } = offer;
  const [typed, setTyped] = useState("");
  const { confirmReset } = useActions();
  const { start, isPending, refusal } = useRunAction(confirmReset);
  const ids = { input: useId(), why: useId() };
  const isOver = useTimeLeft(offeredAt) <= 0;
  const whyNot = whyNotYet({ typed, isAgreed, preview, isOver });

  function confirm() {
    if (whyNot === null && !isPending)
      start({ confirm: typed, token, expect: preview.hash, dropsDependents: isAgreed });
  }

  return (
    <form
      className="reset-end"
      onSubmit={(event) => {
        event.preventDefault();
        confirm();
      }}
    >
      {refusal === null ? null : (
        <div className="in">
          {refusal.code === "unconfirmed" ? (
            <ConfirmIdentity why={refusal} onConfirmed={confirm} />
          ) : (
            <RefusalPanel refusal={refusal} title="Nothing was reset" />
          )}
        </div>
      )}
      <div className="in">
        <div className="confirm">
          <label htmlFor={ids.input}>
            Type the name of the database, <code className="strong">{toDisplayText(preview.database)}</code>, to
            confirm.
          </label>
          <div className="field">
            <input
              id={ids.input}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
            />
          </div>
        </div>
      </div>
      <footer>
        <span className={`why-not ${whyNot === null ? "invisible" : ""}`} id={ids.why}>
          <StateIcon state="warning" small /> {whyNot}
        </span>
        <div className="end">
          <CopyButton className="btn quiet" label="Copy the SQL" read={() => `${preview.sql.join("\n")}\n`}>
            Copy SQL
          </CopyButton>
          {isOver ? (
            <button type="button" className="btn" onClick={onReadAgain}>
              Preview again
            </button>
          ) : null}
          <button type="button" className="btn" onClick={onClose}>
            Keep as it is
          </button>
          <button
            type="submit"
            className="btn danger"
            aria-disabled={whyNot !== null || isPending}
            aria-describedby={whyNot === null ? undefined : ids.why}
          >
            Reset to v15
          </button>
        </div>
      </footer>
    </form>
  );
}

function whyNotYet(state: {
  typed: string;
  isAgreed: boolean;
  preview: OfferedReset["preview"];
  isOver: boolean;
}): string | null {
  const { typed, isAgreed, preview, isOver } = state;
  const { length } = preview.dependents;
  if (isOver) return "This preview is older than five minutes";
  if (length > 0 && !isAgreed) return `${length} dependent${length === 1 ? "" : "s"} of others: tick that they may go`;
  if (typed === "") return "Type the name to go on";
  return typed === preview.database ? null : "That is not the name of this database";
}
