import type { Inspection } from "@/lib/inspection/inspection";
import type { SchemaSnapshot, TableSnapshot } from "@/lib/inspection/snapshot";
import { setOwnerRoleSql } from "@/lib/migration/ddl";

/** Statements under the role that owns `session_summaries`, so that what they make belongs to it. */
export function asOwner(inspection: Inspection, statements: string[]): string[] {
  if (statements.length === 0) return [];
  const owner = findTable(inspection.live, "session_summaries")?.owner;
  return owner === undefined || owner === null || owner === inspection.currentUser
    ? statements
    : [setOwnerRoleSql(owner), ...statements, "reset role"];
}

/** The table of that name, if there is one. */
export function findTable(snapshot: SchemaSnapshot, table: string): TableSnapshot | undefined {
  return snapshot.tables.find((candidate) => candidate.name === table);
}

/** The declared table of that name. */
export function declaredTable(inspection: Inspection, table: string): TableSnapshot {
  const declared = findTable(inspection.declared, table);
  if (declared === undefined) throw new Error(`table ${table} is not declared`);
  return declared;
}
