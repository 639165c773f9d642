import type { TestProject } from "vitest/node";
import { startServer } from "@/lib/testing/servers";
import { openTidemarkBundle } from "@/scripts/tidemark-bundle";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser URL of the throw-away server of this test run. */
    serverUrl: string;
    /** The command line of this tree as one file. */
    tidemarkFile: string;
  }
}

/** Starts one PostgreSQL and bundles the command line for the whole run, and removes both at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const starting = startServer();
  const bundle = openTidemarkBundle();
  const server = await starting;
  project.provide("serverUrl", server.url);
  project.provide("tidemarkFile", bundle.file);
  return async () => {
    bundle.remove();
    await server.remove();
  };
}
