"use server";

import { asOperator } from "@/app/actions/operator";
import type { Answer, Gate } from "@/lib/contract";
import { verify } from "@/lib/migration";

/** Measures verdict, figures and gates anew, whatever was kept; journalled as a `verify`, and nothing else is written. */
export async function measureGates(): Promise<Answer<{ gates: Gate[] }>> {
  return asOperator("operator", { action: "measure-gates", rate: "start" }, async (target, { email }) => {
    const { coverage } = await verify(target, { startedBy: email });
    return { gates: coverage.gates };
  });
}
