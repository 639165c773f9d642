/** Runs once when a server starts, never during the build. Must not throw: Next would answer every request with 500. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startService } = await import("@/lib/queries/service");
  startService();
}

/** Called for whatever a page, a route or an action throws. */
export async function onRequestError(cause: unknown, request: { path: string }): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { reportRequestError } = await import("@/lib/queries/service");
  reportRequestError(cause, request.path);
}
