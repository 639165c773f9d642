import { queryOptions } from "@tanstack/react-query";
import { fetchAnswer } from "@/lib/client/fetch-answer";
import type { Plan, PlanOutlook, Status } from "@/lib/contract";

/** How often a refused plan is asked for again, in milliseconds. */
const REFUSED_INTERVAL_MS = 15_000;

/**
 * What has to change for a plan to be worth reading again: while a run is active its phase, and whether it is held there;
 * else what the catalog shows. Planning counts rows, so it is never done by the clock. Pure.
 */
export function toPlanOccasion(status: Status | null): string {
  if (status === null) return "unread";
  const { activeRun, phases, verdict, version } = status;
  if (activeRun !== null)
    return `run ${activeRun.id} ${activeRun.status === "paused" ? "held" : ""} ${activeRun.phase}`;
  return [verdict, version.recorded, ...phases.map(({ objects }) => `${objects.done}/${objects.total}`)].join(" ");
}

/** The steps still to do, as they were on this occasion. */
export const planOptions = (occasion: string) =>
  queryOptions({
    queryKey: ["plan", occasion],
    queryFn: ({ signal }) => fetchAnswer<Plan>("/api/plan", signal),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (state.data?.ok === false ? REFUSED_INTERVAL_MS : false),
  });

/** What a run would say before its first step, on this occasion. */
export const outlookOptions = (occasion: string) =>
  queryOptions({
    queryKey: ["plan-outlook", occasion],
    queryFn: ({ signal }) => fetchAnswer<PlanOutlook>("/api/plan/outlook", signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
