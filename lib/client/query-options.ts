import { queryOptions } from "@tanstack/react-query";
import { fetchAnswer } from "@/lib/client/fetch-answer";
import { isActive } from "@/lib/client/run-state";
import type {
  Answer,
  ConnectionReport,
  CoveragePage,
  RunDetail,
  RunSummary,
  SchemaReport,
  Status,
} from "@/lib/contract";

/** How often a page reads again while a run is active, and otherwise, in milliseconds. */
const BUSY_INTERVAL_MS = 2_000;
const IDLE_INTERVAL_MS = 15_000;
/** Coverage is counted anew no oftener than this, in milliseconds; an estimate is replaced as soon as it is counted. */
const COVERAGE_STALE_MS = 60_000;

/** The diagnosis, for the frame of every page. */
export const statusOptions = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => fetchAnswer<Status>("/api/status", signal),
  refetchInterval: ({ state }) => (answeredValue(state.data)?.activeRun == null ? IDLE_INTERVAL_MS : BUSY_INTERVAL_MS),
});

/** All runs, newest first. */
export const runsOptions = queryOptions({
  queryKey: ["runs"],
  queryFn: ({ signal }) => fetchAnswer<{ runs: RunSummary[] }>("/api/runs", signal),
  refetchInterval: ({ state }) =>
    answeredValue(state.data)?.runs.some((run) => isActive(run.status)) ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS,
});

/** One run with its phases; read again only while it is active. On its own page the event stream is faster. */
export const runOptions = (runId: number) =>
  queryOptions({
    queryKey: ["runs", runId],
    queryFn: ({ signal }) => fetchAnswer<RunDetail>(`/api/runs/${runId}`, signal),
    refetchInterval: ({ state }) => {
      const run = answeredValue(state.data);
      return run === null || isActive(run.status) ? BUSY_INTERVAL_MS : false;
    },
  });

/** Declared and live schema side by side. */
export const schemaOptions = queryOptions({
  queryKey: ["schema"],
  queryFn: ({ signal }) => fetchAnswer<SchemaReport>("/api/schema", signal),
  refetchInterval: IDLE_INTERVAL_MS,
});

/** Coverage figures and the sample of `ip_inventory`. */
export const coverageOptions = queryOptions({
  queryKey: ["coverage"],
  queryFn: ({ signal }) => fetchAnswer<CoveragePage>("/api/coverage", signal),
  staleTime: COVERAGE_STALE_MS,
  refetchInterval: ({ state }) => {
    const page = answeredValue(state.data);
    if (page === null) return IDLE_INTERVAL_MS;
    return page.coverage.exact ? COVERAGE_STALE_MS : BUSY_INTERVAL_MS;
  },
});

/** Under which rights, and how protected on the way, the console speaks to its database: as long as it runs. */
export const connectionOptions = queryOptions({
  queryKey: ["connection"],
  queryFn: ({ signal }) => fetchAnswer<ConnectionReport>("/api/connection", signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The value of an answer, or null. */
export function answeredValue<T>(answer: Answer<T> | undefined): T | null {
  return answer?.ok === true ? answer.value : null;
}
