"use client";

import { NextOfRun } from "@/components/run/next-of-run";
import { OutcomePanel } from "@/components/run/outcome-panel";
import { useKnownStatus } from "@/components/shell/known-status";
import { Ago } from "@/components/ui/ago";
import { CopyButton } from "@/components/ui/copy-button";
import { Statement } from "@/components/ui/statement";
import { toRemedyText } from "@/lib/client/remedy-text";
import { describeDatabase, type RunEnding as Ending, toNextOfRun } from "@/lib/client/run-ending";
import type { RunDetail, RunError } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** The head of a run that was stopped: who stopped it and why, what the database is like now, the one next thing. */
export function RunEnding({ run, ending }: { run: RunDetail; ending: Ending }) {
  const { status } = useKnownStatus();
  return (
    <OutcomePanel
      tone={ending.tone}
      icon={ending.icon}
      title={ending.title}
      className={run.error === null ? "ending brief" : "ending"}
    >
      <div className="what stack sm">
        <p>
          {ending.who}
          {run.finishedAt === null ? null : (
            <span className="soft">
              {" "}
              {run.cause === "lost" ? "Its last sign of life was" : "It ended"} <Ago at={run.finishedAt} />.
            </span>
          )}
        </p>
        {run.error === null ? null : <ErrorText error={run.error} />}
        {run.error === null && run.status === "failed" ? <p>Its log says why.</p> : null}
      </div>
      <div className="now sm">
        <h3>The database now</h3>
        <p className="soft">{status === null ? "–" : describeDatabase(status, run.kind)}</p>
      </div>
      <div className="then sm">
        <h3>Next</h3>
        {run.error === null ? null : <RemedyOf error={run.error} />}
        <NextOfRun run={run} next={toNextOfRun(run, status)} />
      </div>
    </OutcomePanel>
  );
}

const LOG_SAYS = "The error and the warnings before it in the log say what is in the way: mend that first.";

function RemedyOf({ error }: { error: RunError }) {
  const { words, sql } = toRemedyText(toDisplayText(error.remedy ?? LOG_SAYS));
  return (
    <>
      <p className="strong">{words}</p>
      {sql === null ? null : <Statement sql={sql} />}
    </>
  );
}

function ErrorText({ error }: { error: RunError }) {
  const { sqlstate, message, statement } = error;
  return (
    <div>
      <p className="[overflow-wrap:anywhere]">
        {sqlstate === null ? null : <code className="strong">{sqlstate} </code>}
        {toDisplayText(message)}
      </p>
      {statement === null ? null : (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
          <pre className="sql" tabIndex={0}>
            {toDisplayText(statement.trim())}
          </pre>
          <CopyButton className="btn quiet" label="Copy the statement" read={() => statement}>
            Copy statement
          </CopyButton>
        </>
      )}
    </div>
  );
}
