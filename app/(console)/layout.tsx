import { HydrationBoundary } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { confirmReset, previewReset } from "@/app/actions/reset";
import { catchUp, resumeRun, runMigration } from "@/app/actions/runs";
import { ActionsProvider } from "@/components/shell/actions";
import { ConsoleFrame } from "@/components/shell/console-frame";
import { statusOptions } from "@/lib/client/query-options";
import { answerStatus } from "@/lib/queries/answers";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  await requestQueryClient().prefetchQuery({ ...statusOptions, queryFn: answerStatus });
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <ActionsProvider actions={{ runMigration, catchUp, resumeRun, previewReset, confirmReset }}>
        <ConsoleFrame>{children}</ConsoleFrame>
      </ActionsProvider>
    </HydrationBoundary>
  );
}
