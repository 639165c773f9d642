"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { ConsoleActions } from "@/lib/client/actions";

const Actions = createContext<ConsoleActions | null>(null);

/** Hands the server actions to everything below. */
export function ActionsProvider({ actions, children }: { actions: ConsoleActions; children: ReactNode }) {
  return <Actions value={actions}>{children}</Actions>;
}

/** The server actions. */
export function useActions(): ConsoleActions {
  const actions = useContext(Actions);
  if (actions === null) throw new Error("useActions needs ActionsProvider above it");
  return actions;
}
