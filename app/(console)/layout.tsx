import { HydrationBoundary } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { confirmReset, previewReset } from "@/app/actions/reset";
import { cancelRun, catchUp, pauseRun, resumeRun, runMigration, setRunSpeed } from "@/app/actions/runs";
import { ActionsProvider } from "@/components/shell/actions";
import { ConsoleFrame } from "@/components/shell/console-frame";
import { eligibilityOptions, pulseOptions } from "@/lib/client/glance-options";
import { statusOptions } from "@/lib/client/query-options";
import { answerStatus } from "@/lib/queries/answers";
import { answerEligibility } from "@/lib/queries/eligibility-status";
import { answerPulse } from "@/lib/queries/pulse-status";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

const RUN_ACTIONS = { runMigration, catchUp, pauseRun, resumeRun, cancelRun, setRunSpeed };
const ACTIONS = { ...RUN_ACTIONS, previewReset, confirmReset };

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const queries = requestQueryClient();
  // The pulse as well: a run that begins before the browser asks for it the first time would go unnoticed.
  await Promise.all([
    queries.prefetchQuery({ ...statusOptions, queryFn: () => answerStatus() }),
    queries.prefetchQuery({
      ...pulseOptions,
      queryFn: async () => ({ ok: true as const, value: await answerPulse() }),
    }),
  ]);
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
