"use server";

import { asOperator, STARTED_BY } from "@/app/actions/operator";
import type { Answer, Gate } from "@/lib/contract";
import { verify } from "@/lib/migration";

/** Measures verdict, figures and gates anew, whatever was kept; journalled as a `verify`, and nothing else is written. */
export async function measureGates(): Promise<Answer<{ gates: Gate[] }>> {
  return asOperator(async (target) => {
    const { coverage } = await verify(target, { startedBy: STARTED_BY });
    return { gates: coverage.gates };
  });
}
