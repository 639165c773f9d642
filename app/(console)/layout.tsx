import { HydrationBoundary } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { confirmReset, previewReset } from "@/app/actions/reset";
import { cancelRun, catchUp, pauseRun, resumeRun, runMigration, setRunSpeed } from "@/app/actions/runs";
import { ActionsProvider } from "@/components/shell/actions";
import { ConsoleFrame } from "@/components/shell/console-frame";
import { statusOptions } from "@/lib/client/query-options";
import { answerStatus } from "@/lib/queries/answers";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

const RUN_ACTIONS = { runMigration, catchUp, pauseRun, resumeRun, cancelRun, setRunSpeed };
const ACTIONS = { ...RUN_ACTIONS, previewReset, confirmReset };

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  await requestQueryClient().prefetchQuery({ ...statusOptions, queryFn: answerStatus });
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <ActionsProvider actions={ACTIONS}>
        <ConsoleFrame>{children}</ConsoleFrame>
      </ActionsProvider>
    </HydrationBoundary>
  );
}
