"use client";

import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { useKeptAnswer } from "@/components/ui/use-kept-answer";
import { answeredValue, statusOptions } from "@/lib/client/query-options";
import type { Refusal, Status } from "@/lib/contract";

/** What is known of the database. */
export interface KnownStatus {
  /** The newest diagnosis; null where there never was one, or the database cannot be worked on at all. */
  status: Status | null;
  /** When it was read, in milliseconds since 1970. */
  readAt: number;
  /** Why the newest reading gave none; null while it did. */
  refusal: Refusal["error"] | null;
  /** Neither a diagnosis nor a reason has come: not yet, or the console itself failed at it. */
  unread: "reading" | "failed" | null;
}

const Known = createContext<KnownStatus | null>(null);

/** The diagnosis for everything below. A database that just does not answer takes nothing off the screen. */
export function KnownStatusProvider({ children }: { children: (known: KnownStatus) => ReactNode }) {
  const query = useQuery(statusOptions);
  const { answer, readAt } = useKeptAnswer(query);
  const { data, isError } = query;
  const known: KnownStatus = {
    status: answeredValue(answer),
    readAt,
    refusal: data?.ok === false ? data.refusal : null,
    unread: data !== undefined ? null : isError ? "failed" : "reading",
  };
  return <Known value={known}>{children(known)}</Known>;
}

/** What is known of the database. */
export function useKnownStatus(): KnownStatus {
  const known = useContext(Known);
  if (known === null) throw new Error("useKnownStatus needs KnownStatusProvider above it");
  return known;
}
