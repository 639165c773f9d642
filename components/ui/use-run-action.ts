"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { answerOf } from "@/components/ui/answer-of";
import type { Answer, Refusal } from "@/lib/contract";

/** Starts a run and goes to its page; a refusal stays here, to be shown beside the button. */
export function useRunAction<Arguments extends unknown[]>(
  action: (...given: Arguments) => Promise<Answer<{ runId: number }>>,
) {
  const router = useRouter();
  const { ask, isPending, refusal } = useRunChange(action);

  function start(...given: Arguments) {
    ask(...given).then((answer) => {
      if (answer.ok) router.push(`/runs/${answer.value.runId}`);
    });
  }
  return { start, isPending, refusal };
}

/**
 * Asks for something of a run and stays on the page: how the run then stands arrives with its stream. A refusal is kept
 * until the next time, to be shown beside the button.
 */
export function useRunChange<Arguments extends unknown[], T>(action: (...given: Arguments) => Promise<Answer<T>>) {
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<Refusal["error"] | null>(null);
  const [isPending, startTransition] = useTransition();

  function ask(...given: Arguments): Promise<Answer<T>> {
    setRefusal(null);
    return new Promise((resolve) => {
      startTransition(async () => {
        const answer = await answerOf(() => action(...given));
        if (!answer.ok) setRefusal(answer.refusal);
        for (const key of ["status", "runs"]) void queries.invalidateQueries({ queryKey: [key] });
        resolve(answer);
      });
    });
  }
  return { ask, isPending, refusal };
}
