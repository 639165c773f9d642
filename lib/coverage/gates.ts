import type pg from "pg";
import type { Gate } from "@/lib/contract";
import { sqlstateOf } from "@/lib/db/database-error";
import { qualify } from "@/lib/db/identifier";
import { MOST_OPEN } from "@/lib/inspection/open-rows";

/** Share of addresses with both country and ASN; share of look-ups saved; both from ADR-007's checkpoint criteria. */
const IP_COVERAGE_THRESHOLD = 0.9;
const API_REDUCTION_THRESHOLD = 0.75;
/** Slowest of the ADR's three pivots, in seconds. */
const QUERY_THRESHOLD_S = 10;
/** A pivot slower than this is given up and the gate is unknown, in milliseconds. */
const PIVOT_TIMEOUT_MS = 30_000;

/** What the gates are judged by. Null figures are unknown. */
export interface GateFigures extends ReductionFigures {
  /** Whether sessions are counted, not estimated. */
  isExact: boolean;
  ipsWithBoth: number;
  /** Inventories that do not exist yet. */
  missing: readonly Inventory[];
  changed: number | null;
  deleted: number | null;
  slowestPivotSeconds: number | null;
}

/** What the look-ups saved are counted from. */
interface ReductionFigures {
  sessions: number;
  /** Of them, not swept yet. */
  open: number;
  ips: number;
}

/** Tables that the gates look into, and how they come about. */
const INVENTORIES = { asn_inventory: "phase 2", ip_inventory: "phase 3" } as const;
export type Inventory = keyof typeof INVENTORIES;

/** The four checkpoint gates of the ADR, judged. Pure. An unknown value is not passed. */
export function judgeGates(figures: GateFigures): Gate[] {
  const coverage = figures.ips === 0 || !isSwept(figures) ? null : figures.ipsWithBoth / figures.ips;
  const reduction = apiReduction(figures);
  const withoutAddresses = whyNoAddresses(figures);
  const touched = figures.changed === null || figures.deleted === null ? null : figures.changed + figures.deleted;
  const slowest = figures.slowestPivotSeconds;
  return [
    {
      id: "ip-coverage",
      threshold: IP_COVERAGE_THRESHOLD,
      value: coverage,
      passed: coverage === null ? null : coverage > IP_COVERAGE_THRESHOLD,
      detail:
        withoutAddresses ?? `${number(figures.ipsWithBoth)} of ${number(figures.ips)} addresses with country and ASN`,
    },
    {
      id: "api-reduction",
      threshold: API_REDUCTION_THRESHOLD,
      value: reduction,
      passed: reduction === null ? null : reduction > API_REDUCTION_THRESHOLD,
      detail: withoutAddresses ?? `${number(figures.ips)} addresses for ${number(figures.sessions)} sessions`,
    },
    {
      id: "zero-data-loss",
      threshold: 0,
      value: touched,
      passed: touched === null ? null : touched === 0,
      detail:
        touched === null
          ? "no ledger closed yet: a run does it at its verdict"
          : `${number(touched)} sessions changed or deleted by Tidemark`,
    },
    {
      id: "query-performance",
      threshold: QUERY_THRESHOLD_S,
      value: slowest,
      passed: slowest === null ? null : slowest < QUERY_THRESHOLD_S,
      detail:
        slowest === null
          ? whyNotTimed(figures.missing)
          : `slowest of three queries ${slowest < 0.01 ? "under 0.01" : slowest.toFixed(2)} s`,
    },
  ];
}

/**
 * 1 − addresses ÷ sessions: the share of look-ups that one row an address saves. Null without sessions or addresses, and
 * while too many sessions are still to be swept.
 */
export function apiReduction(figures: ReductionFigures): number | null {
  const { sessions, ips } = figures;
  return sessions === 0 || ips === 0 || !isSwept(figures) ? null : 1 - ips / sessions;
}

/** Inventories are made of swept sessions: before, rows that an attempt left behind are a measure of nothing. */
function isSwept({ sessions, open }: ReductionFigures): boolean {
  return open <= MOST_OPEN * sessions;
}

/** Why the addresses cannot be judged; null where they can. */
function whyNoAddresses(figures: GateFigures): string | null {
  if (figures.missing.includes("ip_inventory"))
    return `ip_inventory is not there yet: ${INVENTORIES.ip_inventory} makes it`;
  if (!isSwept(figures))
    return `${figures.isExact ? "" : "about "}${number(figures.open)} of ${number(figures.sessions)} sessions are not swept yet`;
  return figures.ips === 0 ? "no address in ip_inventory yet" : null;
}

function whyNotTimed(missing: readonly Inventory[]): string {
  const phases = missing.map((name) => `${name} (${INVENTORIES[name]})`);
  return phases.length > 0
    ? `not measured: needs ${phases.join(" and ")}`
    : "not measured yet: a run does it at its verdict, unless a query takes over 30 s or a column has the wrong type";
}

const number = (value: number) => value.toLocaleString("en-US");

/**
 * Times the ADR's three pivots: sessions by snapshot without a join, sessions joined to `ip_inventory`, ASN ranking.
 * Gives the seconds of the slowest, or null when one ran longer than 30 s or cannot run on
 * the types that are there. Needs the v16 objects.
 */
export async function timePivots(client: pg.Client, schema: string): Promise<number | null> {
  const sessions = qualify(schema, "session_summaries");
  const pivots = [
    `select snapshot_country, snapshot_asn, count(*) from ${sessions} group by 1, 2 order by 3 desc limit 100`,
    `select i.geo_country, count(*) from ${sessions} as s join ${qualify(schema, "ip_inventory")} as i
     on i.ip_address = s.source_ip group by 1 order by 2 desc limit 100`,
    `select asn_number, organization_name, total_session_count from ${qualify(schema, "asn_inventory")}
     order by total_session_count desc limit 100`,
  ];
  let slowest = 0;
  await client.query(`set statement_timeout = ${PIVOT_TIMEOUT_MS}`);
  try {
    for (const pivot of pivots) {
      const startedAt = performance.now();
      await client.query(pivot);
      slowest = Math.max(slowest, (performance.now() - startedAt) / 1_000);
    }
    return slowest;
  } catch (cause) {
    // Too slow, or columns of another type than declared, which a finding says.
    if (/^(57014|42)/.test(sqlstateOf(cause) ?? "")) return null;
    throw cause;
  } finally {
    await client.query("set statement_timeout = 0").catch(() => {});
  }
}
