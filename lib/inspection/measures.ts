/** Row counts behind the progress of the phases: measured by a run or `verify`, kept with their time. */
export interface Measures {
  sessionsTotal: number;
  /** Sessions not swept yet. */
  sessionsOpen: number;
  /** Sessions whose last event is less than an hour old. */
  lastHourTotal: number;
  lastHourOpen: number;
  distinctAsns: number;
  /** Of them, ASNs with a row in `asn_inventory`. */
  asnsWithRow: number;
  distinctIps: number;
  /** Of them, addresses with a row in `ip_inventory`. */
  ipsWithRow: number;
  /** ISO 8601 UTC with milliseconds. */
  measuredAt: string;
  /** False: from statistics. */
  exact: boolean;
}
