"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

/**
 * The query client of this browser tab. Old figures stay on screen while new ones are fetched. It asks whatever the browser
 * thinks of its network: a console on this very machine needs none.
 */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: QUERIES } }));
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

const QUERIES = { staleTime: 1_000, retry: 1, refetchOnWindowFocus: true, networkMode: "always" } as const;
