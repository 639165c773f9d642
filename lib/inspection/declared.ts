import { cowrieTables } from "@/lib/db/cowrie-schema";
import { generatedFunctions } from "@/lib/enrichment/generated-functions";
import { readDeclaredTables } from "@/lib/inspection/declared-tables";
import type { SchemaSnapshot } from "@/lib/inspection/snapshot";

/** By schema, of which a process sees few: to put it together takes longer than most of what is asked about it. */
const declaredSchemas = new Map<string, SchemaSnapshot>();

/** What v16 looks like in `schema`, v15's own objects included, in the words of PostgreSQL. Touches no database. */
export function readDeclaredSchema(schema: string): SchemaSnapshot {
  const known = declaredSchemas.get(schema);
  if (known !== undefined) return known;
  const declared = freeze({
    ...readDeclaredTables(schema, Object.values(cowrieTables(schema))),
    functions: generatedFunctions(schema).map(({ createSql: _, ...function_ }) => function_),
  });
  declaredSchemas.set(schema, declared);
  return declared;
}

/** Makes `value` and all it holds unchangeable: it is shared. */
function freeze<Value extends object>(value: Value): Value {
  for (const held of Object.values(value)) if (typeof held === "object" && held !== null) freeze(held);
  return Object.freeze(value);
}
