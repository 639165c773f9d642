import { chmod, mkdtemp, readFile, rm, statfs } from "node:fs/promises";
import { tmpdir, totalmem } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { ensureEmbedded } from "@/lib/db/embedded";
import { makeDemo } from "@/lib/demo/demo";
import type { GenerateOptions } from "@/lib/demo/generate";

/** A database server of the benchmark alone. */
export interface BenchServer {
  /** Folder for files of the benchmark; goes with the server. */
  home: string;
  /** Makes a database of generated sessions, to be copied. */
  fill(template: string, options: GenerateOptions): Promise<DatabaseTarget>;
  /** The database of that name. */
  target(name: string): DatabaseTarget;
  /** A fresh copy of a template, read once and checkpointed: every strategy starts alike. */
  copy(template: string): Promise<DatabaseTarget>;
  drop(target: DatabaseTarget): Promise<void>;
  /** Stops the server and removes its data. */
  remove(): Promise<void>;
}

/** Disk that a template, a copy grown by the reference strategy and WAL take together, in bytes a session. */
const DISK_A_SESSION = 20_000;
const MEGABYTE = 1024 ** 2;

/** As on a production server of this memory: durable, with autovacuum, as PostgreSQL's manual sizes it (chapter 19.4). */
export function serverSettings(): Record<string, string> {
  const memory = totalmem() / MEGABYTE;
  return {
    shared_buffers: `${Math.round(Math.min(memory / 4, 8_192))}MB`,
    effective_cache_size: `${Math.round(memory / 2)}MB`,
    work_mem: "32MB",
    maintenance_work_mem: "512MB",
    max_wal_size: "8GB",
    checkpoint_timeout: "15min",
    random_page_cost: "1.1",
    // Tidemark turns it off for itself; the others are not to suffer from it.
    jit: "off",
  };
}

/**
 * Starts the server in a temporary folder.
 *
 * @param sessions of the largest database to come.
 * @throws {Error} when the disk is too small for that.
 */
export async function openBenchServer(sessions: number): Promise<BenchServer> {
  await checkDisk(sessions);
  const home = await mkdtemp(path.join(tmpdir(), "tidemark-bench-"));
  await chmod(home, 0o755);
  const { connectionString, folder } = await ensureEmbedded(home, serverSettings());
  let copies = 0;

  const named = (name: string): DatabaseTarget => {
    const url = new URL(connectionString);
    url.pathname = `/${name}`;
    return { connectionString: url.href, schema: "public" };
  };
  const asAdmin = (sql: string) => withClient(named("postgres"), (client) => client.query(sql));

  return {
    home,
    target: named,
    async fill(template, options) {
      await asAdmin(`create database ${template}`);
      await makeDemo(named(template), options);
      return named(template);
    },
    async copy(template) {
      copies += 1;
      const name = `${template}_${copies}`;
      await asAdmin(`create database ${name} template ${template} strategy file_copy`);
      await withClient(named(name), async (client) => {
        for (const sql of READ_ONCE) await client.query(sql);
      });
      await asAdmin("checkpoint");
      return named(name);
    },
    async drop(target) {
      await asAdmin(`drop database ${new URL(target.connectionString).pathname.slice(1)} with (force)`);
    },
    async remove() {
      await abandon(folder);
      await rm(folder, { recursive: true, force: true });
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Brings all files of the table into the cache of the operating system, and leaves nothing behind. */
const READ_ONCE = [
  "create extension pg_prewarm schema public",
  `select public.pg_prewarm(c.oid, 'read')
   from pg_class c
   join pg_class sessions on sessions.oid = 'public.session_summaries'::regclass
   where c.oid in (sessions.oid, sessions.reltoastrelid)
      or c.oid in (select indexrelid from pg_index where indrelid in (sessions.oid, sessions.reltoastrelid))`,
  "drop extension pg_prewarm",
];

/** Ends the server without the last checkpoint: its data goes as well, and writing it out can take minutes. */
async function abandon(folder: string): Promise<void> {
  // Line 1 is the process, SIGQUIT its immediate shutdown. Source: PostgreSQL manual, chapters 66.1 and 18.5.
  const pid = Number((await readFile(path.join(folder, "data/postmaster.pid"), "utf8").catch(() => "")).split("\n")[0]);
  if (!(pid > 0)) return;
  try {
    for (process.kill(pid, "SIGQUIT"); ; await wait(100)) process.kill(pid, 0);
  } catch {
    // It has ended.
  }
}

async function checkDisk(sessions: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  const [free, needed] = [(bavail * bsize) / MEGABYTE, (sessions * DISK_A_SESSION) / MEGABYTE + 10_000];
  if (free >= needed) return;
  throw new Error(
    `${tmpdir()} has ${Math.round(free)} MB free; ${sessions} sessions need about ${Math.round(needed)} MB. Set TMPDIR to a larger disk.`,
  );
}
