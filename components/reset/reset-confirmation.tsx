"use client";

import { useId, useState } from "react";
import { ConfirmIdentity } from "@/components/access/confirm-identity";
import { useActions } from "@/components/shell/actions";
import { CopyButton } from "@/components/ui/copy-button";
import { StateIcon } from "@/components/ui/icons";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useNow } from "@/components/ui/use-now";
import { useRunAction } from "@/components/ui/use-run-action";
import type { OfferedReset } from "@/lib/client/actions";
import { formatClock } from "@/lib/client/format";
import { toDisplayText } from "@/lib/client/log-text";

/** How long a preview may be confirmed, in milliseconds; the server decides, this only tells. */
const GOOD_FOR_MS = 5 * 60_000;

/** The typed name and the button, which works only once the name is right and nothing stands in the way. */
export function ResetConfirmation(props: { offer: OfferedReset; onClose: () => void; onReadAgain: () => void }) {
  const { offer, onClose, onReadAgain } = props;
  const { preview, token, offeredAt } = offer;
  const [typed, setTyped] = useState("");
  const [isAgreed, setAgreed] = useState(false);
  const { confirmReset } = useActions();
  const { start, isPending, refusal } = useRunAction(confirmReset);
  const ids = { input: useId(), why: useId() };
  const leftMs = GOOD_FOR_MS - (useNow(1_000) - Date.parse(offeredAt));
  const whyNot = whyNoReset({ typed, isAgreed, preview, isOver: leftMs <= 0 });

  function confirm() {
    if (whyNot === null && !isPending)
      start({ confirm: typed, token, expect: preview.hash, dropsDependents: isAgreed });
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        confirm();
      }}
    >
      <div className="in">
        {preview.dependents.length === 0 ? null : (
          <label className="confirm mb-3 flex items-start gap-2">
            <input type="checkbox" checked={isAgreed} onChange={(event) => setAgreed(event.target.checked)} />
            <span>
              Drop {preview.dependents.map(({ kind, object }) => `${kind} ${toDisplayText(object)}`).join(", ")} too. No
              run makes them again; their definitions are above.
            </span>
          </label>
        )}
        <div className="confirm">
          <label htmlFor={ids.input}>
            Type the name of the database, <code className="strong">{preview.database}</code>, to confirm.
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
        {refusal === null ? null : (
          <div className="mt-4">
            {refusal.code === "unconfirmed" ? (
              <ConfirmIdentity why={refusal} onConfirmed={confirm} />
            ) : (
              <RefusalPanel refusal={refusal} title="Nothing was reset" />
            )}
          </div>
        )}
      </div>
      <footer>
        <span className="why-not" id={ids.why}>
          {whyNot === null ? (
            <span className="muted">Good for {formatClock(leftMs)}</span>
          ) : (
            <>
              <StateIcon state="warning" small /> {whyNot}
            </>
          )}
        </span>
        <div className="end">
          <CopyButton className="btn quiet" label="Copy the SQL" read={() => `${preview.sql.join("\n")}\n`}>
            Copy SQL
          </CopyButton>
          {leftMs <= 0 ? (
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
            aria-describedby={ids.why}
          >
            Reset to v15
          </button>
        </div>
      </footer>
    </form>
  );
}

function whyNoReset(state: {
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
