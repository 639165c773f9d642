"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import type { Answer, Refusal } from "@/lib/contract";

/** Starts a run and goes to its page; a refusal stays here, to be shown beside the button. */
export function useRunAction<Arguments extends unknown[]>(
  action: (...given: Arguments) => Promise<Answer<{ runId: number }>>,
) {
  const router = useRouter();
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<Refusal["error"] | null>(null);
  const [isPending, startTransition] = useTransition();

  function start(...given: Arguments) {
    setRefusal(null);
    startTransition(async () => {
      const answer = await action(...given).catch(() => NO_ANSWER);
      if (!answer.ok) return setRefusal(answer.refusal);
      await queries.invalidateQueries({ queryKey: ["runs"] });
      router.push(`/runs/${answer.value.runId}`);
    });
  }
  return { start, isPending, refusal };
}

const NO_ANSWER: Answer<never> = {
  ok: false,
  refusal: {
    code: "unreachable",
    message: "The console did not answer; whether the run was queued is not known.",
    remedy: "Reload the page: an active run is shown at its top.",
    activeRun: null,
  },
};
