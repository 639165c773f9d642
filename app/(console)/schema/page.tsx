import { HydrationBoundary } from "@tanstack/react-query";
import { SchemaView } from "@/components/schema/schema-view";
import { schemaOptions } from "@/lib/client/query-options";
import { answerSchema } from "@/lib/queries/answers";
import { pageTitle } from "@/lib/queries/page-title";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

export const generateMetadata = () => pageTitle("Schema");

export default async function SchemaPage() {
  await requestQueryClient().prefetchQuery({ ...schemaOptions, queryFn: answerSchema });
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <SchemaView />
    </HydrationBoundary>
  );
}
