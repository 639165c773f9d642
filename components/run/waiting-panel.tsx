"use client";

import { Lock } from "lucide-react";
import { StateIcon } from "@/components/ui/icons";
import { useNow } from "@/components/ui/use-now";
import { formatDuration, formatMoment } from "@/lib/client/format";
import { toDisplayText } from "@/lib/client/log-text";
import { toBlockerName, toStepText, toWaitingTitle } from "@/lib/client/waiting-text";
import type { Blocker, Waiting } from "@/lib/contract";

/** Who keeps the run waiting, and what to do about it. */
export function WaitingPanel({ waiting }: { waiting: Waiting }) {
  const now = useNow(1_000);
  return (
    <section className="panel amber waiting" aria-labelledby="waiting">
      <header>
        <StateIcon state="waiting" small />
        <h2 id="waiting">{toWaitingTitle(waiting)}</h2>
        <time className="end xs soft" dateTime={waiting.since} title={formatMoment(waiting.since)}>
          <span className="sr">for </span>
          <span suppressHydrationWarning>{ageOf(waiting.since, now)}</span>
        </time>
      </header>
      <div className="in">
        <p className="xs soft">
          For <code>{toStepText(waiting.step)}</code>
        </p>
        {waiting.blockers.map((blocker) => (
          <BlockerFacts key={blocker.pid} blocker={blocker} isOnly={waiting.blockers.length === 1} now={now} />
        ))}
        <p className="xs soft mt-3">
          It tries again by itself, and lets others pass meanwhile. Nothing to do, unless the session stays: then end it
          where it runs, or cancel this run.
        </p>
      </div>
    </section>
  );
}

function BlockerFacts({ blocker, isOnly, now }: { blocker: Blocker; isOnly: boolean; now: number }) {
  const { pid, state, since, query } = blocker;
  return (
    <dl className="blocker">
      {isOnly ? null : (
        <>
          <dt>Session</dt>
          <dd>
            <Lock className="i i-s" aria-hidden="true" /> pid {pid}
          </dd>
        </>
      )}
      <dt>Who</dt>
      <dd>{toDisplayText(toBlockerName(blocker))}</dd>
      <dt>State</dt>
      <dd>
        {state ?? "unknown"}
        {since === null ? null : (
          <>
            ,{" "}
            <time className="strong" dateTime={since} title={formatMoment(since)} suppressHydrationWarning>
              {ageOf(since, now)}
            </time>
          </>
        )}
      </dd>
      {query === null ? null : (
        <>
          <dt className="sr">Query</dt>
          <dd className="q">{toDisplayText(query)}</dd>
        </>
      )}
    </dl>
  );
}

const ageOf = (since: string, now: number) => formatDuration(Math.max(0, now - Date.parse(since)));
