import { HydrationBoundary } from "@tanstack/react-query";
import { PlanView } from "@/components/plan/plan-view";
import { planOptions, toPlanOccasion } from "@/lib/client/plan-options";
import { answeredValue } from "@/lib/client/query-options";
import { viewsInTheWay } from "@/lib/client/views-in-the-way";
import { answerStatus } from "@/lib/queries/answers";
import { longestWriterWaitMs } from "@/lib/queries/limits";
import { pageTitle } from "@/lib/queries/page-title";
import { answerPlan } from "@/lib/queries/plan";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

export const generateMetadata = () => pageTitle("Plan");

export default async function PlanPage() {
  const options = planOptions(toPlanOccasion(answeredValue(await answerStatus())));
  await requestQueryClient().prefetchQuery({ ...options, queryFn: () => answerPlan(viewsInTheWay) });
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <PlanView writerWaitMs={longestWriterWaitMs()} />
    </HydrationBoundary>
  );
}
