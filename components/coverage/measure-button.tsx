"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Timer } from "lucide-react";
import { useId } from "react";
import { useWhyNotMay } from "@/components/access/operator-context";
import { WhyNot } from "@/components/access/why-not";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { useRunChange } from "@/components/ui/use-run-action";
import { coverageOptions } from "@/lib/client/query-options";
import type { Answer, Gate } from "@/lib/contract";

/** Measures the gates now; what takes longer than half a minute stays unknown. */
export function MeasureButton({ measure }: { measure: () => Promise<Answer<{ gates: Gate[] }>> }) {
  const queries = useQueryClient();
  const { ask, isPending, refusal } = useRunChange(measure);
  const whyNot = useWhyNotMay("operator");
  const why = useId();
  const isOff = isPending || whyNot !== null;

  async function press() {
    if (isOff) return;
    await ask();
    await queries.invalidateQueries({ queryKey: coverageOptions.queryKey });
  }

  return (
    <>
      <button
        type="button"
        className="btn no-print"
        aria-disabled={isOff}
        aria-describedby={whyNot === null ? undefined : why}
        onClick={() => void press()}
      >
        <Timer className="i i-s" aria-hidden="true" /> {isPending ? "Measuring…" : "Measure query-performance"}
      </button>
      <WhyNot id={why} why={whyNot} />
      {refusal === null ? null : <RefusalPanel refusal={refusal} title="Not measured" />}
    </>
  );
}
