import { HydrationBoundary } from "@tanstack/react-query";
import { PlanView } from "@/components/plan/plan-view";
import { planOptions, toPlanOccasion } from "@/lib/client/plan-options";
import { answeredValue, runsOptions } from "@/lib/client/query-options";
import { viewsInTheWay } from "@/lib/client/views-in-the-way";
import { answerRuns, answerStatus } from "@/lib/queries/answers";
import { longestWriterWaitMs } from "@/lib/queries/limits";
import { pageTitle } from "@/lib/queries/page-title";
import { answerPlan } from "@/lib/queries/plan";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

export const generateMetadata = () => pageTitle("Plan");

export default async function PlanPage() {
  const options = planOptions(toPlanOccasion(answeredValue(await answerStatus())));
  const queries = requestQueryClient();
  // The runs too: whether one is to be resumed decides what the page offers.
  await Promise.all([
    queries.prefetchQuery({ ...options, queryFn: () => answerPlan(viewsInTheWay) }),
    queries.prefetchQuery({ ...runsOptions, queryFn: answerRuns }),
  ]);
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <PlanView writerWaitMs={longestWriterWaitMs()} />
    </HydrationBoundary>
  );
}
