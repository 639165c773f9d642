import { HydrationBoundary } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { confirmReset, previewReset } from "@/app/actions/reset";
import { cancelRun, catchUp, pauseRun, resumeRun, runMigration, setRunSpeed } from "@/app/actions/runs";
import { ActionsProvider } from "@/components/shell/actions";
import { ConsoleFrame } from "@/components/shell/console-frame";
import { eligibilityOptions } from "@/lib/client/glance-options";
import { statusOptions } from "@/lib/client/query-options";
import { answerStatus } from "@/lib/queries/answers";
import { answerEligibility } from "@/lib/queries/eligibility-status";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

const RUN_ACTIONS = { runMigration, catchUp, pauseRun, resumeRun, cancelRun, setRunSpeed };
const ACTIONS = { ...RUN_ACTIONS, previewReset, confirmReset };

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const queries = requestQueryClient();
  await queries.prefetchQuery({ ...statusOptions, queryFn: () => answerStatus() });
  const status = queries.getQueryData(statusOptions.queryKey);
  if (status?.ok === false || status?.value.verdict === "unsupported") {
    const queryFn = async () => ({ ok: true as const, value: await answerEligibility() });
    await queries.prefetchQuery({ ...eligibilityOptions, queryFn });
  }
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <ActionsProvider actions={ACTIONS}>
        <ConsoleFrame>{children}</ConsoleFrame>
      </ActionsProvider>
    </HydrationBoundary>
  );
}
