import { firstOrigin, type Reach } from "@/lib/enrichment/candidates";
import { type Rule, SESSION_RULES, type Source } from "@/lib/enrichment/rules";
import { sweepCall as call } from "@/lib/enrichment/sweep-functions";

/** The columns whose sources are told apart. */
export const TRACED_COLUMNS = ["source_ip", "snapshot_asn", "snapshot_country", "snapshot_ip_types"] as const;
export type TracedColumn = (typeof TRACED_COLUMNS)[number];

/** How many sessions have a value of one column from one origin. */
export interface OriginCount {
  column: TracedColumn;
  /**
   * `source:place`, the first a number in the rule's order, the second `flat`, `nested` or `column` (not in a document);
   * `kept`: the column holds what the rules do not give; `recoverable`: the rules give what the column does not hold.
   */
  origin: string;
  sessions: number;
}

/** The document and the entry of `reading`, a row of `sessionStages`. */
const REACH: Reach = {
  document: "reading.document",
  entry: "reading.entry",
  columns: { snapshot_ip_type: "reading.legacy_ip_type" },
};

/**
 * SQL of where each traced column of `s`, a session, has its value from, by what `reading`, the same session read as if
 * nothing were filled, gives: an `OriginCount["origin"]`, or NULL where there is no value on either side.
 */
export const ORIGIN_EXPRESSIONS: Record<TracedColumn, string> = {
  source_ip: originOf("s.source_ip::text", "reading.new_source_ip", addressOrigin()),
  snapshot_asn: originOf("s.snapshot_asn", "reading.new_snapshot_asn", originIn(SESSION_RULES.snapshot_asn)),
  snapshot_country: originOf(
    "s.snapshot_country::text",
    "reading.new_snapshot_country",
    originIn(SESSION_RULES.snapshot_country),
  ),
  // Nothing found is an empty list.
  snapshot_ip_types: originOf(
    "nullif(s.snapshot_ip_types, '{}')",
    "reading.found_ip_types",
    originIn(SESSION_RULES.snapshot_ip_types),
  ),
};

function originOf(held: string, found: string, origin: string): string {
  return `case
        when ${held} is null then case when ${found} is not null then 'recoverable' end
        when ${found} is distinct from ${held} then 'kept'
        else ${origin}
      end`;
}

function originIn(rule: Rule): string {
  return firstOrigin(rule, REACH, call);
}

/** An address that no path gives comes from the keys of `session`, else from the raw events. */
function addressOrigin(): string {
  const place = (from: Source["from"]) =>
    `'${SESSION_RULES.source_ip.sources.findIndex((it) => it.from === from)}:column'`;
  return `coalesce(
          ${originIn(SESSION_RULES.source_ip)},
          case when reading.named is not null then ${place("session-keys")} else ${place("raw-event")} end
        )`;
}
