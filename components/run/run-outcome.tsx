"use client";

import { Play } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { CancelRun } from "@/components/run/cancel-run";
import { useActions } from "@/components/shell/actions";
import { CopyButton } from "@/components/ui/copy-button";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useNow } from "@/components/ui/use-now";
import { useRunAction } from "@/components/ui/use-run-action";
import { formatDuration } from "@/lib/client/format";
import { toDisplayText } from "@/lib/client/log-text";
import { describeWindow } from "@/lib/client/maintenance-window";
import type { RunDetail, RunError } from "@/lib/contract";

/** How the run stands, where that asks for words: what failed and what to do, or where to look next. */
export function RunOutcome({ run }: { run: RunDetail }) {
  switch (run.status) {
    case "queued":
      return run.isUnclaimed ? (
        <Panel tone="amber" icon="waiting" title="No worker has taken this run">
          <p>
            It has waited for more than 10 s. Start a worker with <code>tidemark worker</code>, or this server with{" "}
            <code>TIDEMARK_WORKER=on</code>.
          </p>
        </Panel>
      ) : (
        <Panel tone="" icon="waiting" title="Queued">
          <p>A worker takes it within seconds.</p>
        </Panel>
      );
    case "pausing":
      return (
        <Panel tone="" icon="paused" title="Pausing">
          <p>It holds after the batch at hand; a statement that does not end by itself is cancelled and sent again.</p>
        </Panel>
      );
    case "paused":
      return <Paused run={run} />;
    case "cancelling":
      return (
        <Panel tone="" icon="cancelled" title="Being cancelled">
          <p>It ends after the batch at hand. What is done stays done.</p>
        </Panel>
      );
    case "failed":
      return <Failure run={run} />;
    case "interrupted":
      return <Interruption run={run} />;
    case "cancelled":
      return (
        <Panel tone="" icon="cancelled" title="Cancelled">
          <p>
            {run.kind === "reset"
              ? "A reset is one transaction: nothing of it happened."
              : "What is done stays done. A new run goes on from what the database shows."}
          </p>
          <p className="mt-2">
            <Link href="/">See on the overview what comes next</Link>
          </p>
        </Panel>
      );
    case "succeeded":
      return <Success run={run} />;
    default:
      return null;
  }
}

function Panel(props: { tone: "" | "amber" | "coral"; icon: IconState; title: string; children: ReactNode }) {
  const { tone, icon, title, children } = props;
  return (
    <section className={`panel ${tone}`} aria-labelledby="outcome">
      <header>
        <StateIcon state={icon} small />
        <h2 id="outcome">{title}</h2>
      </header>
      <div className="in why">{children}</div>
    </section>
  );
}

function Paused({ run }: { run: RunDetail }) {
  const now = useNow(10_000);
  return (
    <Panel tone="amber" icon="paused" title="Paused">
      <p>
        It holds between two batches and keeps the database: no other run begins. What is done stays done, and ingest
        goes on.
      </p>
      {run.until === null ? null : (
        <p className="xs soft" suppressHydrationWarning>
          {Date.parse(run.until) <= now ? "It " : "Resumed, it "}
          {describeWindow(run.until, now)}.
        </p>
      )}
      <p className="strong">Resume lets it go on, in the same log.</p>
    </Panel>
  );
}

function Success({ run }: { run: RunDetail }) {
  const title =
    run.kind === "reset" ? "Back at v15" : run.kind === "migrate" ? "v16, and the database shows it" : "Caught up";
  const took = run.durationMs === null ? "" : ` in ${formatDuration(run.durationMs)}`;
  return (
    <Panel tone="" icon="complete" title={title}>
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
    </Panel>
  );
}

function Failure({ run }: { run: RunDetail }) {
  return (
    <Panel tone="coral" icon="error" title={failureTitle(run)}>
      {run.error === null ? <p>Its log says why.</p> : <ErrorText error={run.error} />}
      <p className="xs soft mt-2">
        What was committed before stays. Run again: it goes on from what the database shows.
      </p>
    </Panel>
  );
}

function failureTitle(run: RunDetail): string {
  const index = run.phases.findIndex(({ state }) => state === "failed");
  const phase = run.phases[index];
  return phase === undefined ? "The run failed" : `The run failed in phase ${index + 1}, ${phase.title}`;
}

function ErrorText({ error }: { error: RunError }) {
  const { sqlstate, message, statement, remedy } = error;
  return (
    <>
      <p className="[overflow-wrap:anywhere]">
        {sqlstate === null ? null : <code className="strong">{sqlstate} </code>}
        {toDisplayText(message)}
      </p>
      {statement === null ? null : (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
          <pre className="sql" tabIndex={0}>
            {toDisplayText(statement)}
          </pre>
          <CopyButton className="btn quiet" label="Copy the statement" read={() => statement}>
            Copy statement
          </CopyButton>
        </>
      )}
      {remedy === null ? null : <p className="strong">{toDisplayText(remedy)}</p>}
    </>
  );
}

function Interruption({ run }: { run: RunDetail }) {
  const { start, isPending, refusal } = useRunAction(useActions().resumeRun);
  return (
    <>
      <Panel
        tone="amber"
        icon="interrupted"
        title={run.cause === "shutdown" ? "Interrupted by a shutdown" : "Interrupted: its process went away"}
      >
        <p>
          What it committed stays.{" "}
          {run.cause === "shutdown"
            ? "The next worker resumes it by itself; or now:"
            : "Resumed, it goes on in the same log."}
        </p>
        <button
          type="button"
          className="btn primary wide mt-3"
          disabled={isPending}
          onClick={() => start({ runId: run.id })}
        >
          <Play className="i i-s" aria-hidden="true" /> Resume run {run.id}
        </button>
        <div className="mt-1 text-center">
          <CancelRun run={run} whyNot={null} />
        </div>
      </Panel>
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not resumed" />}
    </>
  );
}
