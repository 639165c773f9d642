import { queryOptions } from "@tanstack/react-query";
import { fetchAnswer } from "@/lib/client/fetch-answer";
import { answeredValue } from "@/lib/client/query-options";
import type { CoverageDetail } from "@/lib/contract";

/** How often the details are asked for while the server counts them, and otherwise, in milliseconds. */
const COUNTING_INTERVAL_MS = 1_000;
const IDLE_INTERVAL_MS = 60_000;

/** What the Coverage page shows besides its first figures. Old counts stay on screen, with their age. */
export const coverageDetailOptions = queryOptions({
  queryKey: ["coverage", "detail"],
  queryFn: ({ signal }) => fetchAnswer<CoverageDetail>("/api/coverage/detail", signal),
  refetchInterval: ({ state }) =>
    answeredValue(state.data)?.isBeingCounted === true ? COUNTING_INTERVAL_MS : IDLE_INTERVAL_MS,
  staleTime: COUNTING_INTERVAL_MS,
});
