import Link from "next/link";
import type { ReactNode } from "react";
import { formatCounted } from "@/lib/client/format";
import { toRemedyText } from "@/lib/client/remedy-text";
import type { RunDetail, RunSummary } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** What a run asks for that stopped before its end; one line for a run that reached it. */
export function StoppedRun({ run, detail }: { run: RunSummary; detail: RunDetail | null }) {
  switch (run.status) {
    case "failed":
      return <FailedRun run={run} detail={detail} />;
    case "interrupted":
      return (
        <Notice tone="amber" title={`Run ${run.id} was interrupted`}>
          {detail?.cause === "shutdown"
            ? "The server was shut down; the next worker resumes it by itself. "
            : "Its process went away. "}
          What it committed stays. Resumed, it goes on from what the database shows, in the same log.
        </Notice>
      );
    case "cancelled":
      return (
        <Notice tone="" title={`Run ${run.id} was cancelled`}>
          {CANCELLED[run.kind]}
        </Notice>
      );
    default:
      return (
        <p className="mt-2 text-ink-2">
          {run.kind === "reset" ? RESET : SUCCEEDED} <SetAside detail={detail} />
        </p>
      );
  }
}

const SUCCEEDED = "Every object was as declared at its end, and the honeypot data what it had been.";
const RESET = "The catalog was the one from before minus what was announced; every session stayed.";

/** What no column could hold: kept, and to be looked at. */
function SetAside({ detail }: { detail: RunDetail | null }) {
  const values = detail?.setAside.reduce((sum, { count }) => sum + count, 0) ?? 0;
  if (values === 0) return null;
  return (
    <>
      It <Link href="/set-aside">set {formatCounted(values, "value")} aside</Link>.
    </>
  );
}

const CANCELLED: Record<RunSummary["kind"], string> = {
  migrate:
    "What it committed stays. Run the migration again: it goes on from what the database shows, under a new number. Or go back with a reset.",
  "catch-up": "What it committed stays. The next catch-up takes what it left.",
  reset: "A reset is one transaction: nothing of it happened.",
  verify: "It changed nothing.",
};

function FailedRun({ run, detail }: { run: RunSummary; detail: RunDetail | null }) {
  const index = detail?.phases.findIndex(({ state }) => state === "failed") ?? -1;
  const phase = detail?.phases[index];
  const error = detail?.error ?? null;
  return (
    <Notice
      tone="coral"
      title={`Run ${run.id} failed${phase === undefined ? "" : ` in phase ${index + 1}, ${phase.title}`}`}
    >
      {error === null ? null : (
        <>
          {error.sqlstate === null ? null : <code className="strong">{error.sqlstate} </code>}
          {toDisplayText(error.message.replace(/\.$/, ""))}.{" "}
          {error.remedy === null ? null : <RemedyOf remedy={error.remedy} />}
        </>
      )}
      What it committed before stays.
      {error?.remedy == null ? " Once the cause is mended, run again: it goes on from what the database shows." : null}
    </Notice>
  );
}

function RemedyOf({ remedy }: { remedy: string }) {
  const { words, sql } = toRemedyText(toDisplayText(remedy));
  return (
    <>
      <span className="strong">{words} </span>
      {sql === null ? null : <code className="block my-1 [overflow-wrap:anywhere]">{sql}</code>}
    </>
  );
}

function Notice({ tone, title, children }: { tone: "" | "amber" | "coral"; title: string; children: ReactNode }) {
  return (
    <section className={`panel ${tone} mt-3`} aria-labelledby="stopped">
      <header>
        <h3 id="stopped">{title}</h3>
      </header>
      <p className="in [overflow-wrap:anywhere]">{children}</p>
    </section>
  );
}
