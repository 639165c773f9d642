"use client";

import Link from "next/link";
import { OutcomePanel } from "@/components/run/outcome-panel";
import { TermedText } from "@/components/ui/termed-text";
import { useNow } from "@/components/ui/use-now";
import { formatDuration } from "@/lib/client/format";
import { describeWindow } from "@/lib/client/maintenance-window";
import { toPauseText, toStandText } from "@/lib/client/run-ending";
import type { RunDetail } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** How a run stands that waits, holds or reached its end; one that was stopped has a head of its own. */
export function RunOutcome({ run }: { run: RunDetail }) {
  switch (run.status) {
    case "queued":
      return run.isUnclaimed ? (
        <OutcomePanel tone="amber" icon="waiting" title="No worker has taken this run">
          <p>
            It has waited for more than 10 s. Start a worker with <code>tidemark worker</code>, or this server with{" "}
            <code>TIDEMARK_WORKER=on</code>.
          </p>
        </OutcomePanel>
      ) : (
        <OutcomePanel tone="" icon="waiting" title="Queued">
          <p>A worker takes it within seconds.</p>
        </OutcomePanel>
      );
    case "pausing":
      return (
        <OutcomePanel tone="" icon="paused" title="Pausing">
          <p>It holds after the batch at hand; a statement that does not end by itself is cancelled and sent again.</p>
        </OutcomePanel>
      );
    case "paused":
      return <Paused run={run} />;
    case "cancelling":
      return (
        <OutcomePanel tone="" icon="cancelled" title="Being cancelled">
          <p>It ends after the batch at hand. What is done stays done.</p>
        </OutcomePanel>
      );
    case "succeeded":
      return <Success run={run} />;
    default:
      return null;
  }
}

const HELD =
  "It holds between two batches and keeps the database: no other run begins. What is done stays done, and ingest goes on.";

function Paused({ run }: { run: RunDetail }) {
  const now = useNow(1_000);
  const { error, until } = run;
  return (
    <OutcomePanel tone="amber" icon="paused" title="Paused">
      <p suppressHydrationWarning>
        {toPauseText(run, now)} {toStandText(run.phases)}
      </p>
      {error === null ? null : (
        <p role="alert" className="[overflow-wrap:anywhere]">
          {error.sqlstate === null ? null : <code className="strong">{error.sqlstate} </code>}
          {toDisplayText(error.message)}
        </p>
      )}
      <p>
        <TermedText text={HELD} terms={["batch", "ingest"]} />
      </p>
      {until === null ? null : (
        <p className="xs soft" suppressHydrationWarning>
          {Date.parse(until) <= now ? "It " : "Resumed, it "}
          {describeWindow(until, now)}.
        </p>
      )}
      <p className="strong">{error?.remedy ?? "Resume lets it go on, in the same log."}</p>
    </OutcomePanel>
  );
}

function Success({ run }: { run: RunDetail }) {
  const title =
    run.kind === "reset" ? "Back at v15" : run.kind === "migrate" ? "v16, and the database shows it" : "Caught up";
  const took = run.durationMs === null ? "" : ` in ${formatDuration(run.durationMs)}`;
  return (
    <OutcomePanel tone="" icon="complete" title={title}>
      <p>
        Finished{took}.{" "}
        {run.kind === "reset"
          ? "The catalog is the one from before minus the previewed objects; every session is still there."
          : "Every object is as declared, and the honeypot data is what it was."}
      </p>
      <p className="mt-2">
        {run.kind === "reset" ? (
          <Link href="/">Go to the overview</Link>
        ) : (
          <Link href="/coverage">See the coverage</Link>
        )}
      </p>
    </OutcomePanel>
  );
}
