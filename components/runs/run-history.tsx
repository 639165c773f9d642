"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { RunFilterForm } from "@/components/runs/run-filter-form";
import { RunTable } from "@/components/runs/run-table";
import { EligibleOnly } from "@/components/ui/eligible-only";
import { Empty } from "@/components/ui/empty";
import { RefusedPage } from "@/components/ui/refused-page";
import { TermedText } from "@/components/ui/termed-text";
import { useKeptAnswer } from "@/components/ui/use-kept-answer";
import { formatCount, formatCounted } from "@/lib/client/format";
import { type RunHistoryQuery, runHistoryOptions, toHistoryAddress } from "@/lib/client/run-history";
import type { RunHistory as History } from "@/lib/contract";

const LEAD =
  "Everything Tidemark did on this database, each run beside earlier ones of its kind. The journal survives a reset and is for reading only.";

/** Every run, newest first, a page at a time: who, when, how it ended, and how long beside earlier ones. */
export function RunHistory({ query }: { query: RunHistoryQuery }) {
  const { answer } = useKeptAnswer(useQuery(runHistoryOptions(query)), toHistoryAddress(query));
  if (answer === undefined) return null;
  if (!answer.ok) return <RefusedPage refusal={answer.refusal} />;
  const page = (
    <>
      <h1>Runs</h1>
      <p className="lead">
        <TermedText text={LEAD} terms={["run", "journal", "reset"]} />
      </p>
      <Journal history={answer.value} query={query} />
    </>
  );
  return answer.value.total === 0 ? <EligibleOnly>{page}</EligibleOnly> : page;
}

function Journal({ history, query }: { history: History; query: RunHistoryQuery }) {
  const { runs, total, matching, next } = history;
  const { before, ...filter } = query;
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <section className="section mt-6" aria-labelledby="all-runs">
      <div className="section-head">
        <h2 id="all-runs">
          {isNarrowed ? `${formatCount(matching)} of ${formatCounted(total, "run")}` : formatCounted(total, "run")}
        </h2>
        {total === 0 ? null : <p>Newest first{before === undefined ? "" : `, before run ${before}`}, all times UTC</p>}
      </div>
      {total === 0 ? null : <RunFilterForm query={query} />}
      {runs.length === 0 ? (
        <Empty>{whyEmpty(total, isNarrowed)}</Empty>
      ) : (
        // The newest of all is open: what an operator comes for.
        <RunTable key={toHistoryAddress(query)} runs={runs} opensFirst={before === undefined && !isNarrowed} />
      )}
      {before === undefined && next === null ? null : (
        <nav className="mt-4 flex gap-2" aria-label="Pages of the list">
          {before === undefined ? null : (
            <Link className="btn" href={toHistoryAddress(filter)}>
              Newest runs
            </Link>
          )}
          {next === null ? null : (
            <Link className="btn" href={toHistoryAddress({ ...filter, before: next })} rel="next">
              Earlier runs
            </Link>
          )}
        </nav>
      )}
    </section>
  );
}

function whyEmpty(total: number, isNarrowed: boolean): ReactNode {
  if (total === 0) {
    return (
      <>
        No run yet. The first one appears here as soon as it is started, on the <Link href="/">Overview</Link> or with{" "}
        <code className="nowrap">tidemark migrate</code>.
      </>
    );
  }
  return isNarrowed ? `None of the ${formatCounted(total, "run")} is of that kind.` : "No earlier run.";
}
