import type { FunctionSnapshot } from "@/lib/inspection/snapshot";

/** A helper function of the target schema, as declared, with the statement that makes it. */
export interface FunctionDefinition extends FunctionSnapshot {
  createSql: string;
}

export function generatedFunctions(schema: string): FunctionDefinition[] {
  throw new Error(`not written yet for ${schema}`);
}
