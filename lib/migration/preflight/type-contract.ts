import type { Inspection } from "@/lib/inspection/inspection";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** Each foreign key's two ends: the column that refers, and the one it refers to. */
const FOREIGN_KEY_COLUMNS = [
  { child: ["session_summaries", "source_ip"], parent: ["ip_inventory", "ip_address"] },
  { child: ["ip_inventory", "current_asn"], parent: ["asn_inventory", "asn_number"] },
] as const;

/**
 * What the types on both sides of each foreign key are, in lines of a log. A pair that PostgreSQL would refuse (42804) is
 * named with what the run makes of it: repair brings each column of ours to its declared type before the keys are added.
 */
export function describeTypeContract({ declared, live }: Inspection): { level: "info" | "warn"; line: string }[] {
  const wrong = FOREIGN_KEY_COLUMNS.flatMap(({ child, parent }) => [child, parent]).flatMap((column) => {
    const [wanted, found] = [typeIn(declared, column), typeIn(live, column)];
    if (found === undefined || found === wanted) return [];
    const line = `${column.join(".")} is ${found}: no foreign key is possible with that (42804); it is made ${wanted} before the key is added`;
    return [{ level: "warn" as const, line }];
  });
  const pairs = FOREIGN_KEY_COLUMNS.map(
    ({ child, parent }) => `${child[1]} and ${parent[1]} ${typeIn(declared, child)}`,
  );
  const agree = wrong.length === 0 ? "Types agree" : "Types will agree";
  return [...wrong, { level: "info", line: `${agree} across both foreign keys: ${pairs.join(", ")}` }];
}

function typeIn(snapshot: SchemaSnapshot, [table, column]: readonly [string, string]): string | undefined {
  return snapshot.tables.find(({ name }) => name === table)?.columns.find(({ name }) => name === column)?.type;
}
