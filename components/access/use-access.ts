"use client";

import { useState, useTransition } from "react";
import { askAccess } from "@/lib/client/ask-access";
import type { Answer, Refusal } from "@/lib/contract";

/** Asks for something of signing in or out, one thing at a time; a refusal is kept until the next. */
export function useAccess() {
  const [refusal, setRefusal] = useState<Refusal["error"] | null>(null);
  const [isPending, startTransition] = useTransition();

  function ask<T extends object>(path: string, body?: object): Promise<Answer<T>> {
    setRefusal(null);
    return new Promise((resolve) => {
      startTransition(async () => {
        const answer = await askAccess<T>(path, body);
        if (!answer.ok) setRefusal(answer.refusal);
        resolve(answer);
      });
    });
  }
  return { ask, isPending, refusal };
}
