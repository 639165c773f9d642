"use client";

import type { ReactNode } from "react";
import { useKnownStatus } from "@/components/shell/known-status";
import { RefusedPage } from "@/components/ui/refused-page";

/** A page that has nothing to show yet; where the database cannot be worked on, the reason stands in its place. */
export function EligibleOnly({ children }: { children: ReactNode }) {
  const { status } = useKnownStatus();
  if (status?.verdict !== "unsupported") return children;
  const { message } = status;
  return <RefusedPage refusal={{ code: "not-eligible", message: message ?? "", remedy: "", activeRun: null }} />;
}
