"use client";

import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { DependentsPanel } from "@/components/reset/dependents-panel";
import { GoesTable } from "@/components/reset/goes-table";
import { LostPanel } from "@/components/reset/lost-panel";
import { ResetConfirmation } from "@/components/reset/reset-confirmation";
import { ResetSql } from "@/components/reset/reset-sql";
import { TermedText } from "@/components/ui/termed-text";
import type { OfferedReset } from "@/lib/client/actions";
import { formatCounted } from "@/lib/client/format";
import type { Status } from "@/lib/contract";

/** What goes, what is lost for good, who depends on it, what stays, the exact SQL, and the confirmation of all that. */
export function ResetOffer(props: {
  offer: OfferedReset;
  status: Status;
  onClose: () => void;
  onReadAgain: () => void;
}) {
  const { offer, status, onClose, onReadAgain } = props;
  const { preview } = offer;
  const [isAgreed, setAgreed] = useState(false);
  const sessions = status.phases[0]?.rows ?? null;
  return (
    <>
      <div className="in">
        <GoesTable preview={preview} status={status} />
        <div className="two">
          <LostPanel lost={preview.lost} />
          <DependentsPanel dependents={preview.dependents} isAgreed={isAgreed} onAgree={setAgreed} />
        </div>
        <p className="stays">
          <ShieldCheck className="i t-tide" aria-hidden="true" />
          <span>
            Stays:{" "}
            {sessions === null
              ? "every session"
              : `${sessions.exact ? "" : "about "}${formatCounted(sessions.total, "session")}`}
            , every raw event, every document in <code className="xs">enrichment</code>, and the type timestamptz of{" "}
            <code className="xs">first_event_at</code> and <code className="xs">last_event_at</code>.{" "}
            <TermedText
              text="The ledger counts and fingerprints them before and after; the catalog must be the one from before minus this list, or all of it is rolled back."
              terms={["ledger", "fingerprint", "catalog"]}
            />
          </span>
        </p>
        <ResetSql sql={preview.sql} />
      </div>
      <ResetConfirmation offer={offer} isAgreed={isAgreed} onClose={onClose} onReadAgain={onReadAgain} />
    </>
  );
}
