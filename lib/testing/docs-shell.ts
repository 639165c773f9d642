import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, inject, onTestFinished } from "vitest";
import { withClient } from "@/lib/db/client";
import type { TestDatabase } from "@/lib/testing/database";
import { findProgram, reasonToSkip } from "@/lib/testing/debian-package";
import type { DocumentedCommand } from "@/lib/testing/docs-commands";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** Of PostgreSQL's own programs; an older `pg_dump` refuses a server, and the others need what it wrote. */
const OF_POSTGRESQL = ["pg_dump", "pg_restore", "createdb", "psql"];

/** A shell in which the commands of one document are typed one after the other. */
export interface DocumentShell {
  /** Executes the line where the one before in its block ended; fails the test unless it exits with 0. */
  type(command: DocumentedCommand): Promise<void>;
}

/**
 * A shell in a folder of its own, with `deploy/` in it and `tidemark` on PATH, for which `database` is the one called
 * `cowrie`, and `/etc` a folder of this test. All it made is removed with the test.
 */
export async function aShell(database: TestDatabase): Promise<DocumentShell> {
  const home = await mkdtemp(path.join(tmpdir(), "tidemark-docs-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  cpSync(path.join(ROOT, "deploy"), path.join(home, "deploy"), { recursive: true });
  await mkdir(path.join(home, "etc/systemd/system"), { recursive: true });
  await mkdir(path.join(home, "bin"));
  const tidemark = path.join(home, "bin/tidemark");
  await writeFile(tidemark, `#!/bin/sh\nexec "${process.execPath}" "${inject("tidemarkFile")}" "$@"\n`);
  await chmod(tidemark, 0o755);

  const url = new URL(database.target.connectionString);
  const name = url.pathname.slice(1);
  const restored = `${name}_restored`;
  onTestFinished(() =>
    withClient({ ...database.target, connectionString: new URL("/postgres", url).href }, async (client) => {
      await client.query(`drop database if exists ${restored} with (force)`);
    }),
  );
  const environment = {
    PATH: `${path.dirname(tidemark)}:${process.env.PATH}`,
    HOME: home,
    DATABASE_URL: url.href,
    ...{ PGHOST: url.hostname, PGPORT: url.port, PGUSER: url.username, PGPASSWORD: url.password },
  };
  let at = { block: -1, folder: home };

  return {
    async type({ block, line, words: [program = ""] }) {
      if (block !== at.block) at = { block, folder: home };
      // What only sets something names a database of somebody else.
      if (program === "" || program === "export") return;
      // Not on every machine; it prints its reason itself.
      if (program === "openssl" && reasonToSkip("openssl", "openssl") !== null) return;
      const reason = OF_POSTGRESQL.includes(program) ? await whyNoDump(database) : null;
      if (reason !== null) return void process.stderr.write(`Skipped: ${line}: ${reason}.\n`);
      const own = line
        .replaceAll("cowrie_restored", restored)
        .replace(/\bcowrie(?= )/, name)
        .replaceAll(" /etc/", ` ${home}/etc/`);
      const { status, stdout, stderr } = spawnSync("bash", ["-c", `${own}\ncode=$?; pwd; exit $code`], {
        cwd: at.folder,
        encoding: "utf8",
        env: environment as unknown as NodeJS.ProcessEnv,
      });
      expect(status, `${own}\n${stdout}\n${stderr}`).toBe(0);
      at.folder = stdout.trimEnd().split("\n").at(-1) ?? home;
    },
  };
}

/** Why nothing of this server can be dumped here; null where it can. */
async function whyNoDump(database: TestDatabase): Promise<string | null> {
  if (findProgram("pg_dump") === null) return "pg_dump is not on PATH";
  const { stdout } = spawnSync("pg_dump", ["--version"], { encoding: "utf8" });
  const major = Number(/(\d+)/.exec(stdout)?.[1]);
  const [server] = await database.query<{ major: number }>(
    "select current_setting('server_version_num')::int / 10000 as major",
  );
  return major < (server?.major ?? 0) ? `pg_dump is of PostgreSQL ${major}, the server is ${server?.major}` : null;
}
