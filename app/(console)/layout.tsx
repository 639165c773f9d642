import { HydrationBoundary } from "@tanstack/react-query";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { confirmReset, previewReset } from "@/app/actions/reset";
import { cancelRun, catchUp, pauseRun, resumeRun, runMigration, setRunSpeed } from "@/app/actions/runs";
import { OperatorProvider } from "@/components/access/operator-context";
import { ActionsProvider } from "@/components/shell/actions";
import { ConsoleFrame } from "@/components/shell/console-frame";
import { eligibilityOptions, pulseOptions } from "@/lib/client/glance-options";
import { statusOptions } from "@/lib/client/query-options";
import { requireRole } from "@/lib/queries/access";
import { answerStatus } from "@/lib/queries/answers";
import { answerEligibility } from "@/lib/queries/eligibility-status";
import { answerPulse } from "@/lib/queries/pulse-status";
import { dehydrateRequest, requestQueryClient } from "@/lib/queries/query-client";

const RUN_ACTIONS = { runMigration, catchUp, pauseRun, resumeRun, cancelRun, setRunSpeed };
const ACTIONS = { ...RUN_ACTIONS, previewReset, confirmReset };

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const access = await requireRole("viewer", { method: "GET" });
  if (!access.ok && access.refusal.code === "unauthenticated") redirect(await signInPath());
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
  const operator = access.ok ? { email: access.value.email, role: access.value.role } : null;
  return (
    <HydrationBoundary state={dehydrateRequest()}>
      <OperatorProvider operator={operator}>
        <ActionsProvider actions={ACTIONS}>
          <ConsoleFrame>{children}</ConsoleFrame>
        </ActionsProvider>
      </OperatorProvider>
    </HydrationBoundary>
  );
}

/** Where to sign in, and go on from there. Sent here by another site, the browser has kept its session cookie back. */
async function signInPath(): Promise<string> {
  const sent = await headers();
  const next = new URLSearchParams({ next: sent.get("x-path") ?? "/" });
  if (sent.get("sec-fetch-site") === "cross-site") next.set("arrived", "");
  return `/sign-in?${next}`;
}
