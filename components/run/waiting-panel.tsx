"use client";

import dynamic from "next/dynamic";
import { useId, useState } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import { WhyNot } from "@/components/access/why-not";
import { SessionFacts } from "@/components/run/session-facts";
import { StateIcon } from "@/components/ui/icons";
import { useNow } from "@/components/ui/use-now";
import { formatDuration, formatMoment } from "@/lib/client/format";
import type { BlockerActions } from "@/lib/client/run-blockers";
import { toStepText, toWaitingTitle } from "@/lib/client/waiting-text";
import type { RunDetail, Waiting } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Loaded when somebody asks for it. */
const EndBlocker = dynamic(
  () => import("@/components/run/end-blocker").then(({ EndBlocker: component }) => component),
  {
    ssr: false,
  },
);

/**
 * Who keeps the run waiting, and what to do about it; nothing while nobody does. The confirmation stays when the session
 * gives way by itself, and says so.
 */
export function WaitingPanel({ run, actions }: { run: RunDetail; actions: BlockerActions }) {
  const [ending, setEnding] = useState<number | null>(null);
  const waiting = run.status === "paused" ? null : run.waiting;
  return (
    <>
      {waiting === null ? null : <Panel waiting={waiting} onEnd={setEnding} />}
      {ending === null ? null : (
        <EndBlocker
          key={ending}
          runId={run.id}
          pid={ending}
          isInTheWay={waiting?.blockers.some(({ pid }) => pid === ending) ?? false}
          actions={actions}
          onClose={() => setEnding(null)}
        />
      )}
    </>
  );
}

function Panel({ waiting, onEnd }: { waiting: Waiting; onEnd: (pid: number) => void }) {
  const now = useNow(1_000);
  const whyNot = useWhyNotMay("admin");
  const why = useId();
  return (
    <section className="panel amber waiting" aria-labelledby="waiting">
      <header>
        <StateIcon state="waiting" small />
        <h2 id="waiting">{toWaitingTitle(waiting)}</h2>
        <time className="end xs soft" dateTime={waiting.since} title={formatMoment(waiting.since)}>
          <span className="sr">for </span>
          <span suppressHydrationWarning>{formatDuration(Math.max(0, now - Date.parse(waiting.since)))}</span>
        </time>
      </header>
      <div className="in">
        <p className="xs soft">
          For <code>{toDisplayText(toStepText(waiting.step))}</code>
        </p>
        {waiting.blockers.map((blocker) => (
          <div key={blocker.pid} className="blocker-of">
            <SessionFacts session={blocker} isPidShown={waiting.blockers.length > 1} />
            <button
              type="button"
              className="btn quiet"
              aria-disabled={whyNot !== null}
              aria-describedby={whyNot === null ? undefined : why}
              onClick={() => {
                if (whyNot === null) onEnd(blocker.pid);
              }}
            >
              Terminate {waiting.blockers.length === 1 ? "this session" : `pid ${blocker.pid}`}…
            </button>
          </div>
        ))}
        <WhyNot id={why} why={whyNot} />
        <p className="xs soft mt-3">
          The run tries again by itself, and lets others pass meanwhile. Nothing to do, unless the session stays.
        </p>
      </div>
    </section>
  );
}
