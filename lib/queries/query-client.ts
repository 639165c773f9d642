import "server-only";
import { type DehydratedState, dehydrate, QueryClient } from "@tanstack/react-query";
import { cache } from "react";

/** The query client of one request: pages put what they read into it, the browser goes on from there. */
export const requestQueryClient = cache(() => new QueryClient());

/** What the pages of this request have read so far. */
export function dehydrateRequest(): DehydratedState {
  return dehydrate(requestQueryClient());
}
