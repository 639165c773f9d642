"use client";

import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useState } from "react";
import { statusOptions } from "@/lib/client/query-options";
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
  const { data, dataUpdatedAt, isError } = useQuery(statusOptions);
  const [kept, setKept] = useState<{ status: Status; readAt: number } | null>(null);
  if (data?.ok === true && (kept?.status !== data.value || kept.readAt !== dataUpdatedAt)) {
    setKept({ status: data.value, readAt: dataUpdatedAt });
  }
  const refusal = data?.ok === false ? data.refusal : null;
  const old = refusal?.code === "unreachable" ? (kept?.status ?? null) : null;
  const known: KnownStatus = {
    status: data?.ok === true ? data.value : old,
    readAt: kept?.readAt ?? dataUpdatedAt,
    refusal,
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
