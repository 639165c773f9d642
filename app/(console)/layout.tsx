import { HydrationBoundary } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ConsoleFrame } from "@/components/shell/console-frame";
import { statusOptions } from "@/lib/client/query-options";
import { answerStatus } from "@/lib/queries/answers";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  await requestQueryClient().prefetchQuery({ ...statusOptions, queryFn: answerStatus });
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <ConsoleFrame>{children}</ConsoleFrame>
    </HydrationBoundary>
  );
}
