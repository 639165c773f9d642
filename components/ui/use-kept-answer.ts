"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import type { Answer } from "@/lib/contract";

/** An answer on screen. */
export interface KeptAnswer<T> {
  /** Undefined until the first one has come. */
  answer: Answer<T> | undefined;
  /** When it was read, in milliseconds since 1970. */
  readAt: number;
}

/**
 * The newest answer of a query. While the database just does not answer it is the one before: what was read stays on
 * screen, and the frame of the page tells how old it is.
 *
 * @param subject what is asked about, where that changes on a page: of another one nothing is kept.
 */
export function useKeptAnswer<T>(
  query: Pick<UseQueryResult<Answer<T>>, "data" | "dataUpdatedAt">,
  subject: string | number | null = null,
): KeptAnswer<T> {
  const { data: answer, dataUpdatedAt: readAt } = query;
  const [kept, setKept] = useState<(KeptAnswer<T> & { subject: typeof subject }) | null>(null);
  const isNew = kept?.answer !== answer || kept?.readAt !== readAt || kept.subject !== subject;
  if (answer?.ok === true && isNew) setKept({ answer, readAt, subject });
  const isSilent = answer?.ok === false && answer.refusal.code === "unreachable";
  return isSilent && kept?.subject === subject ? kept : { answer, readAt };
}
