import { cowrieTables } from "@/lib/db/cowrie-schema";
import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { readDeclaredTables } from "@/lib/inspection/declared-tables";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** What v16 looks like in `schema`, v15's own objects included, in the words of PostgreSQL. Touches no database. */
export function readDeclaredSchema(schema: string): SchemaSnapshot {
  return {
    ...readDeclaredTables(schema, Object.values(cowrieTables(schema))),
    functions: generatedFunctions(schema).map(({ createSql: _, ...declared }) => declared),
  };
}
