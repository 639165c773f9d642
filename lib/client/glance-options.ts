import { queryOptions } from "@tanstack/react-query";
import { fetchAnswer } from "@/lib/client/fetch-answer";
import type { EligibilityReport, LedgerAnswer, Pulse } from "@/lib/contract";

/** How often a page asks whether anything happened, in milliseconds. */
const PULSE_INTERVAL_MS = 2_000;
/** How often a database that cannot be worked on is looked at again, in milliseconds. */
const REFUSED_INTERVAL_MS = 15_000;

/** The newest run, as other tabs, other people and the command line see it too. */
export const pulseOptions = queryOptions({
  queryKey: ["pulse"],
  queryFn: ({ signal }) => fetchAnswer<Pulse>("/api/pulse", signal),
  refetchInterval: PULSE_INTERVAL_MS,
});

/** The honeypot data before and after the newest run; read again when a run has ended. */
export const ledgerOptions = queryOptions({
  queryKey: ["ledger"],
  queryFn: ({ signal }) => fetchAnswer<LedgerAnswer>("/api/ledger", signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** What a database that cannot be worked on lacks. */
export const eligibilityOptions = queryOptions({
  queryKey: ["eligibility"],
  queryFn: ({ signal }) => fetchAnswer<EligibilityReport>("/api/eligibility", signal),
  staleTime: REFUSED_INTERVAL_MS,
  refetchInterval: REFUSED_INTERVAL_MS,
});
