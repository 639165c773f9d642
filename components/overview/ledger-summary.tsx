"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { Term } from "@/components/ui/term";
import { useKeptAnswer } from "@/components/ui/use-kept-answer";
import { formatCount } from "@/lib/client/format";
import { ledgerOptions } from "@/lib/client/glance-options";
import { answeredValue } from "@/lib/client/query-options";
import type { LedgerReport } from "@/lib/contract";

/** Whether the newest run left the honeypot data as it was, and the count that says so. */
export function LedgerSummary() {
  const query = useQuery(ledgerOptions);
  const { answer } = useKeptAnswer(query);
  const value = answeredValue(answer);
  const report = value?.ledger ?? null;
  return (
    <section aria-labelledby="ledger-summary">
      <div className="under-head">
        <h2 className="sm" id="ledger-summary">
          Honeypot data
        </h2>
        <span className="muted">
          by the <Term id="ledger" />
          {report === null ? null : (
            <>
              {" "}
              of <Link href={`/runs/${report.runId}`}>run {report.runId}</Link>
            </>
          )}
        </span>
      </div>
      {report !== null ? (
        <Figures report={report} />
      ) : (
        <p className="sm text-ink-3">
          {value === null
            ? query.isError || answer?.ok === false
              ? "The ledger could not be read now."
              : "–"
            : "No ledger closed yet. Each run counts and fingerprints the sessions before its first step, and compares at its verdict."}
        </p>
      )}
    </section>
  );
}

function Figures({ report }: { report: LedgerReport }) {
  const isWhole = report.unexplained.length === 0;
  const icon: IconState = isWhole ? "complete" : "error";
  const counted = report.rows.filter(({ figure }) => figure === "sessions" || figure === "raw-events");
  return (
    <div className="sm">
      <p className={`state ${isWhole ? "t-tide" : "t-coral"}`}>
        <StateIcon state={icon} small />
        {isWhole ? "Nothing lost, nothing changed" : "Differs, and ingest does not explain it"}
      </p>
      <ul className="mt-1 text-ink-2">
        {counted.map(({ figure, before, after, explained }) => (
          <li key={figure}>
            {formatFigure(after)} {figure === "sessions" ? "sessions" : "raw events"}, {formatFigure(before)} before
            {explained === 0 ? "" : `, ${formatDifference(explained)} by ingest`}
          </li>
        ))}
        {report.unexplained.map((sentence) => (
          <li key={sentence} className="t-coral">
            {sentence}.
          </li>
        ))}
      </ul>
      <p className="mt-1">
        <Link href="/coverage">Coverage and gates</Link>
      </p>
    </div>
  );
}

const formatFigure = (value: number | null) => (value === null ? "–" : formatCount(value));

const formatDifference = (value: number) => `${value > 0 ? "+" : "−"}${formatCount(Math.abs(value))}`;
