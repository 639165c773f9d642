import { HydrationBoundary } from "@tanstack/react-query";
import { Overview } from "@/components/overview/overview";
import { ledgerOptions } from "@/lib/client/glance-options";
import { answeredValue, runOptions, runsOptions } from "@/lib/client/query-options";
import type { Answer, RunDetail, RunSummary } from "@/lib/contract";
import { answerRun, answerRuns } from "@/lib/queries/answers";
import { answerLedger } from "@/lib/queries/ledger-status";
import { longestWriterWaitMs } from "@/lib/queries/limits";
import { pageTitle } from "@/lib/queries/page-title";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

export const generateMetadata = () => pageTitle("Overview");

export default async function OverviewPage() {
  const queries = requestQueryClient();
  await Promise.all([
    queries.prefetchQuery({ ...runsOptions, queryFn: answerRuns }).then(prefetchNewestRun),
    queries.prefetchQuery({ ...ledgerOptions, queryFn: answerLedger }),
  ]);
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <Overview writerWaitMs={longestWriterWaitMs()} />
    </HydrationBoundary>
  );
}

/** With its phases and its error: why it failed is on screen at once. */
async function prefetchNewestRun(): Promise<void> {
  const queries = requestQueryClient();
  const runs = answeredValue<{ runs: RunSummary[] }>(queries.getQueryData(runsOptions.queryKey))?.runs ?? [];
  const newest = runs.find(({ kind }) => kind !== "verify");
  if (newest === undefined) return;
  const queryFn = async (): Promise<Answer<RunDetail>> => {
    const answer = await answerRun(newest.id);
    if (!answer.ok) return answer;
    if (answer.value === null) throw new Error(`Run ${newest.id} is gone.`);
    return { ok: true, value: answer.value };
  };
  await queries.prefetchQuery({ ...runOptions(newest.id), queryFn });
}
