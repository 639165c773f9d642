import { z } from "zod";
import { count, time } from "@/lib/contract/scalars";
import { finding, status } from "@/lib/contract/status";

export const GATE_IDS = ["ip-coverage", "api-reduction", "zero-data-loss", "query-performance"] as const;

export const gate = z.object({
  id: z.enum(GATE_IDS),
  threshold: z.number(),
  value: z.number().nullable(),
  /** Null: unknown, which is not passed. */
  passed: z.boolean().nullable(),
  detail: z.string(),
});
export type Gate = z.infer<typeof gate>;

export const coverage = z.object({
  measuredAt: time,
  exact: z.boolean(),
  sessions: z.object({
    total: count,
    open: count,
    recoverable: count.nullable(),
    withSourceIp: count,
    withAsn: count,
    withCountry: count,
    withIpTypes: count,
    lastHour: z.object({ total: count, open: count }),
  }),
  inventory: z.object({ ips: count, ipsWithCountry: count, ipsWithAsn: count, ipsWithBoth: count, asns: count }),
  apiReduction: z.number().nullable(),
  setAside: z.array(z.object({ reason: z.string(), count })),
  gates: z.array(gate),
  ledger: z.object({
    runId: count.nullable(),
    sessionsBefore: count.nullable(),
    sessionsAfter: count.nullable(),
    changed: count.nullable(),
    deleted: count.nullable(),
  }),
});
export type Coverage = z.infer<typeof coverage>;

export const verification = z.object({
  verdict: status.shape.verdict,
  observed: status.shape.version.shape.observed,
  findings: z.array(finding),
  coverage,
  deep: z.object({ compared: count, different: count }).nullable(),
});
export type Verification = z.infer<typeof verification>;

export const setAsideList = z.object({
  values: z.array(
    z.object({
      table: z.string(),
      key: z.string(),
      field: z.string(),
      reason: z.string(),
      /** The offending scalar, at most 200 characters; null for a whole document. */
      value: z.string().nullable(),
    }),
  ),
});

/** Five rows of `ip_inventory`, as the recovery guide asks for. */
export const inventorySample = z.array(
  z.object({
    ipAddress: z.string(),
    geoCountry: z.string().nullable(),
    ipTypes: z.array(z.string()).nullable(),
    currentAsn: z.number().int().nullable(),
    sessionCount: z.number().int().nullable(),
    isScanner: z.boolean().nullable(),
    lastSeen: time.nullable(),
  }),
);
export type InventorySample = z.infer<typeof inventorySample>;

export const LEDGER_FIGURES = ["sessions", "with-enrichment", "raw-events", "files", "sampled", "whole"] as const;

/** One figure of the honeypot data before and after a run; null where it could not be read. */
export const ledgerRow = z.object({
  /** `sampled` and `whole` count sessions whose v15 columns were fingerprinted, and those that are still the same. */
  figure: z.enum(LEDGER_FIGURES),
  before: count.nullable(),
  after: count.nullable(),
  /** The part of the difference that ingest and the application account for. */
  explained: z.number().int(),
});
export type LedgerRow = z.infer<typeof ledgerRow>;

/** The newest ledger that was closed, side by side; a sentence for each difference that nothing explains. */
export const ledgerReport = z.object({ runId: count, rows: z.array(ledgerRow), unexplained: z.array(z.string()) });
export type LedgerReport = z.infer<typeof ledgerReport>;

/** `GET /api/coverage`: what the Coverage page shows. `ledger` is null before the first run. */
export const coveragePage = z.object({ coverage, sample: inventorySample, ledger: ledgerReport.nullable() });
export type CoveragePage = z.infer<typeof coveragePage>;

/** `GET /api/ledger`: the ledger alone, without the figures of coverage. Null before the first run that closed one. */
export const ledgerAnswer = z.object({ ledger: ledgerReport.nullable() });
export type LedgerAnswer = z.infer<typeof ledgerAnswer>;
