import { queryOptions } from "@tanstack/react-query";
import { fetchAnswer } from "@/lib/client/fetch-answer";
import { answeredValue } from "@/lib/client/query-options";
import { isActive } from "@/lib/client/run-state";
import type { Answer, RunHistory, RunKind, RunOutcomeName } from "@/lib/contract";

/** How often the page reads again while a run is active, and otherwise, in milliseconds. */
const BUSY_INTERVAL_MS = 2_000;
const IDLE_INTERVAL_MS = 15_000;

/** What is shown of the journal, and from where on. */
export interface RunHistoryQuery {
  kind?: RunKind;
  outcome?: RunOutcomeName;
  before?: number;
}

/** A page of the journal, read again while it may change. */
export const runHistoryOptions = (query: RunHistoryQuery) =>
  queryOptions({
    queryKey: ["runs", "history", query],
    queryFn: ({ signal }): Promise<Answer<RunHistory>> =>
      fetchAnswer<RunHistory>(toHistoryAddress(query, "/api/runs/history"), signal),
    refetchInterval: ({ state }) =>
      answeredValue(state.data)?.runs.some(({ status }) => isActive(status)) ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS,
  });

/** The address of such a page. Pure. */
export function toHistoryAddress(query: RunHistoryQuery, path = "/runs"): string {
  const parameters = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}
