import { qualify } from "@/lib/db/identifier";

/** The address that a flat document of session row `s` names, NULL where the document cannot be looked into. */
export function flatAddress(s: string): string {
  const unreadable = String.raw`'\\u(0000|d[89a-f])'`;
  const named = `case when ${s}.enrichment::text !~* ${unreadable} then ${s}.enrichment #>> '{dshield,ip,number}' end`;
  return String.raw`substring(${named} from '^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$')`;
}

/** Phase 1 as an earlier attempt did it: nested documents and those with odd escapes stay without an address. */
export function fillSourceIpSql(schema: string): string {
  return `update ${qualify(schema, "session_summaries")} as s set source_ip = ${flatAddress("s")} where ${flatAddress("s")} is not null`;
}
