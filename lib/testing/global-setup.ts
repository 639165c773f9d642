import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { ensureEmbedded, stopEmbedded } from "@/lib/db/embedded";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser URL of the throw-away server of this test run. */
    serverUrl: string;
  }
}

/** Settings of a server whose data nobody will miss; its time zone is odd so that a missing UTC shows itself. */
const THROW_AWAY = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  max_connections: "200",
  shared_buffers: "128MB",
  wal_level: "minimal",
  max_wal_senders: "0",
  timezone: "Australia/Eucla",
};

/** Starts one PostgreSQL for the whole run and removes it at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(path.join(tmpdir(), "tidemark-test-"));
  await chmod(home, 0o755);
  const { connectionString } = await ensureEmbedded(home, THROW_AWAY);
  project.provide("serverUrl", connectionString);
  return async () => {
    await stopEmbedded(home);
    await rm(home, { recursive: true, force: true });
  };
}
