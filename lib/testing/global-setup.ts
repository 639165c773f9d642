import type { TestProject } from "vitest/node";
import { startServer } from "@/lib/testing/servers";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser URL of the throw-away server of this test run. */
    serverUrl: string;
  }
}

/** Starts one PostgreSQL for the whole run and removes it at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  project.provide("serverUrl", server.url);
  return () => server.remove();
}
