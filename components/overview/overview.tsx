"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { Eligibility } from "@/components/overview/eligibility";
import { Findings } from "@/components/overview/findings";
import { LastRun } from "@/components/overview/last-run";
import { LedgerSummary } from "@/components/overview/ledger-summary";
import { NextPanel } from "@/components/overview/next-panel";
import { ICON_OF_STATUS } from "@/components/run/run-status-tag";
import { useKnownStatus } from "@/components/shell/known-status";
import { StateIcon } from "@/components/ui/icons";
import { Loading } from "@/components/ui/loading";
import { RefusedPage } from "@/components/ui/refused-page";
import { TermedText } from "@/components/ui/termed-text";
import { useKeptAnswer } from "@/components/ui/use-kept-answer";
import { answeredValue, runsOptions } from "@/lib/client/query-options";
import type { TermId } from "@/lib/client/terms";
import { toActiveText, toVerdictText } from "@/lib/client/verdict-text";

/** Hardly ever shown: loaded where it is. */
const ErrorPage = dynamic(() => import("@/components/ui/error-page").then((module) => module.ErrorPage));

/** Words that the sentence of the page may bring up. */
const WORDS: TermId[] = [
  "recorded-version",
  "observed-state",
  "catalog",
  "ingest",
  "finding",
  "repair",
  "batch",
  "sweep",
];

/** Where am I, how far, what next, what is wrong. */
export function Overview({ writerWaitMs }: { writerWaitMs: number }) {
  const { status, refusal, unread } = useKnownStatus();
  const queries = useQueryClient();
  const runs = answeredValue(useKeptAnswer(useQuery(runsOptions)).answer)?.runs ?? [];
  if (unread === "reading") return <Loading what="Reading the database" />;
  if (unread === "failed") return <ErrorPage error={null} onRetry={() => void queries.invalidateQueries()} />;
  if (status === null) return refusal === null ? null : <RefusedPage refusal={refusal} />;
  if (status.verdict === "unsupported") {
    return (
      <RefusedPage refusal={{ code: "not-eligible", message: status.message ?? "", remedy: "", activeRun: null }} />
    );
  }
  const newest = runs.find(({ kind }) => kind !== "verify") ?? null;
  const verdict =
    status.activeRun === null
      ? toVerdictText(status, newest)
      : { ...toActiveText(status.activeRun), icon: ICON_OF_STATUS[status.activeRun.status] };
  return (
    <>
      <div className="verdict">
        <div className="say">
          <h1>
            <StateIcon state={verdict.icon} />
            <span>{verdict.title}</span>
          </h1>
          <p className="lead">
            <TermedText text={verdict.lead} terms={WORDS} />
          </p>
        </div>
        {/* Before what it stands above on a narrow screen: a page that is drawn while it arrives must not move. */}
        <NextPanel status={status} newest={newest} writerWaitMs={writerWaitMs} />
        <div className="more">
          <div className="glance">
            <LastRun newest={newest} isActive={status.activeRun !== null} />
            <LedgerSummary />
          </div>
          <Eligibility status={status} />
        </div>
      </div>
      <Findings status={status} />
    </>
  );
}
