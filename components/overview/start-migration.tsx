"use client";

import { Play } from "lucide-react";
import { useId, useState } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import { WhyNot } from "@/components/access/why-not";
import { SpeedControl } from "@/components/run/speed-control";
import { useActions } from "@/components/shell/actions";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useNow } from "@/components/ui/use-now";
import { useRunAction } from "@/components/ui/use-run-action";
import { describeWindow, toNextOccurrence } from "@/lib/client/maintenance-window";
import type { Speed } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/**
 * Starts the migration: one press, or first a pace and the end of a maintenance window. Where views of others stand in the
 * way of a repair, their names have to be agreed to first, by an admin.
 *
 * @param blocked what has to be mended before; left out or null: nothing.
 */
export function StartMigration(props: { viewsInTheWay: string[]; blocked?: string | null }) {
  const { viewsInTheWay, blocked = null } = props;
  const mayNot = useWhyNotMay(viewsInTheWay.length === 0 ? "operator" : "admin");
  const whyNot = blocked ?? (mayNot === null ? null : toOwnReason(viewsInTheWay, mayNot));
  const { start, isPending, refusal } = useRunAction(useActions().runMigration);
  const [speed, setSpeed] = useState<Speed>("normal");
  const [endsAt, setEndsAt] = useState("");
  const now = useNow(10_000);
  const [isAgreed, setAgreed] = useState(false);
  const [input, hint, why] = [useId(), useId(), useId()];
  const isToTick = viewsInTheWay.length > 0 && whyNot === null;
  const isHeldUp = whyNot !== null || (isToTick && !isAgreed);
  const recreatedDependents = isAgreed ? viewsInTheWay : [];
  const until = toNextOccurrence(endsAt, now);
  return (
    <div className="stack">
      <div className="sticky-cta">
        <button
          type="button"
          className="btn primary big wide"
          disabled={isPending}
          aria-disabled={isHeldUp}
          aria-describedby={isHeldUp ? why : undefined}
          onClick={() => {
            if (!isHeldUp) start({ speed, until: toNextOccurrence(endsAt, Date.now()), recreatedDependents });
          }}
        >
          <Play className="i" aria-hidden="true" /> Run migration
        </button>
        {isToTick && !isAgreed ? (
          <p className="only-s xs muted pt-1" aria-hidden="true">
            First tick that the view{viewsInTheWay.length === 1 ? "" : "s"} may be dropped and made again.
          </p>
        ) : null}
      </div>
      <WhyNot id={why} why={whyNot} />
      {isToTick ? (
        <label className="agree-first">
          <input type="checkbox" checked={isAgreed} onChange={(event) => setAgreed(event.target.checked)} />
          <span id={why}>
            Drop the view{viewsInTheWay.length === 1 ? "" : "s"} <code>{toDisplayText(viewsInTheWay.join(", "))}</code>{" "}
            and make {viewsInTheWay.length === 1 ? "it" : "them"} again identically, in the transaction of the repair.
            Without this the migration cannot begin.
          </span>
        </label>
      ) : null}
      <details className="options">
        <summary>
          Speed {speed}, {until === null ? "until it is done" : `until ${endsAt}`}
        </summary>
        <div className="stack">
          <SpeedControl speed={speed} whyNot={null} onChange={setSpeed} />
          <div className="window">
            <label className="xs muted" htmlFor={input}>
              Pause by itself at
            </label>
            <span className="field">
              <input
                id={input}
                type="time"
                value={endsAt}
                aria-describedby={hint}
                onChange={(event) => setEndsAt(event.target.value)}
              />
            </span>
          </div>
          <p className="xs muted" id={hint} suppressHydrationWarning>
            {until === null
              ? "End of the maintenance window, in your local time. Left empty, the run goes on to its end."
              : `The run ${describeWindow(until, now)}; resumed, it goes on in the same log.`}
          </p>
        </div>
      </details>
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not started" />}
    </div>
  );
}

/** What it is that the role does not include. */
function toOwnReason(viewsInTheWay: string[], mayNot: string): string {
  if (viewsInTheWay.length === 0) return mayNot;
  return `${viewsInTheWay.join(", ")} would be dropped and made again. ${mayNot}`;
}
