import { HydrationBoundary } from "@tanstack/react-query";
import { RunHistory } from "@/components/runs/run-history";
import { runHistoryOptions } from "@/lib/client/run-history";
import { pageTitle } from "@/lib/queries/page-title";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";
import { answerRunHistory, readRunHistoryQuery } from "@/lib/queries/run-history";

export const generateMetadata = () => pageTitle("Runs");

export default async function RunsPage({ searchParams }: PageProps<"/runs">) {
  const query = readRunHistoryQuery(await searchParams);
  await requestQueryClient().prefetchQuery({
    ...runHistoryOptions(query),
    queryFn: () => answerRunHistory(query),
  });
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <RunHistory query={query} />
    </HydrationBoundary>
  );
}
