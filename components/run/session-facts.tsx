"use client";

import { Lock } from "lucide-react";
import { useNow } from "@/components/ui/use-now";
import { formatDuration, formatMoment } from "@/lib/client/format";
import { toBlockerName } from "@/lib/client/waiting-text";
import type { Blocker } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Who a session in the way is and what it does. */
export function SessionFacts(props: {
  session: Blocker;
  /** Left out where the heading above tells it. */
  isPidShown?: boolean;
  /** Begin of its connection, in PostgreSQL's words. */
  connectedAt?: string;
}) {
  const { session, isPidShown = false, connectedAt } = props;
  const { pid, state, since, query } = session;
  const now = useNow(1_000);
  return (
    <dl className={`blocker ${connectedAt === undefined ? "" : "plain"}`}>
      {isPidShown ? (
        <>
          <dt>Session</dt>
          <dd>
            <Lock className="i i-s" aria-hidden="true" /> pid {pid}
          </dd>
        </>
      ) : null}
      <dt>Who</dt>
      <dd>{toDisplayText(toBlockerName(session))}</dd>
      {connectedAt === undefined ? null : (
        <>
          <dt>Connected</dt>
          <dd>since {connectedAt.slice(0, 19)} UTC</dd>
        </>
      )}
      <dt>State</dt>
      <dd>
        {state ?? "unknown"}
        {since === null ? null : (
          <>
            , for{" "}
            <time className="strong" dateTime={since} title={formatMoment(since)} suppressHydrationWarning>
              {formatDuration(Math.max(0, now - Date.parse(since)))}
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
