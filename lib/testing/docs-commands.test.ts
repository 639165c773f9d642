import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CommanderError } from "commander";
import { expect, onTestFinished, test } from "vitest";
import type { z } from "zod";
import { createProgram } from "@/lib/cli/program";
import * as contract from "@/lib/contract";
import { readDatabaseAddress, withClient } from "@/lib/db/client";
import type { BrokenState } from "@/lib/demo/broken/states";
import { aBrokenDemo } from "@/lib/testing/broken-demo";
import type { TestDatabase } from "@/lib/testing/database";
import { DOCUMENTS, readCommands, tidemarkArguments } from "@/lib/testing/docs-commands";
import { environmentOf } from "@/lib/testing/failpoint-runs";
import { GUIDE_LINES } from "@/lib/testing/guide-lines";
import { executeTidemark } from "@/lib/testing/tidemark-command";

const ROOT = path.resolve(import.meta.dirname, "../..");
const readText = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

const commands = DOCUMENTS.flatMap(readCommands);
const ofTidemark = commands.flatMap((command) => {
  const args = tidemarkArguments(command);
  return args === null ? [] : [{ ...command, args }];
});

/** Placeholders of documents, as somebody would fill them in. */
const fillIn = (args: string[]) =>
  args.map((word) => word.replace(/^<(run )?id>$/, "1").replace(/^<[a-z ]+>$/, "cowrie"));

test("documents have commands to be tried", () => {
  expect(ofTidemark.length).toBeGreaterThan(20);
});

test.each(ofTidemark.map((command) => [command.file, command.line, command] as const))(
  "%s: `%s` is a command line that Tidemark knows",
  async (_file, _line, { args }) => {
    const words = fillIn(args);
    const program = createProgram(() => async () => {}, { writeOut: () => {}, writeErr: () => {} });
    const refused = await program.parseAsync(words, { from: "user" }).then(
      () => null,
      (cause: unknown) => cause,
    );
    // Help and version are an end of their own.
    if (refused instanceof CommanderError)
      expect(`${words.join(" ")}: ${refused.exitCode} ${refused.message}`).toMatch(/: 0 /);
    else expect(refused).toBeNull();
  },
);

/** Exit codes a document speaks of: a gate of generated data may be missed. */
const EXPECTED: Record<string, number[]> = { verify: [0, 5] };

/** Documents that are gone through from top to bottom, each on a database in the state that it begins with. */
const WALKS: [file: string, state: BrokenState | "whole"][] = [
  ["docs/recovery.md", "orm-shaped"],
  ["docs/recovery.md", "claims-16"],
  ["docs/backup.md", "whole"],
  ["docs/getting-started.md", "whole"],
  ["docs/troubleshooting.md", "whole"],
  ["docs/upgrading.md", "whole"],
  ["docs/deploy.md", "whole"],
  ["docs/cli.md", "whole"],
  ["README.md", "whole"],
];

/**
 * Programs that are not executed in a walk: those of npm by the test command itself, by e2e/package.spec.ts and e2e/probes.spec.ts; the
 * files that containers, systemd and Kubernetes are given, by scripts/deploy.test.ts; what only prepares for them, by nothing.
 */
const NOT_IN_A_WALK = [
  ...["npm", "curl", "docker", "kubectl", "systemctl", "journalctl"],
  ...["cd", "mkdir", "openssl", "echo", "chmod", "install", "cp", "source", "psql"],
];

test("each document with commands of Tidemark is gone through", () => {
  expect([...new Set(ofTidemark.map(({ file }) => file))].sort()).toEqual(
    [...new Set(WALKS.map(([file]) => file))].sort(),
  );
});

test.each(WALKS)(
  "every command of %s, in its order, does what it says on a database that is %s",
  async (file, state) => {
    const database = await aBrokenDemo(...(state === "whole" ? [] : [state]));
    const { name } = readDatabaseAddress(database.target.connectionString);
    // Whoever looks into the log of run 1 has had one.
    if (file === "docs/troubleshooting.md") await executeTidemark(["migrate"], environmentOf(database.target));
    let executed = 0;
    for (const command of readCommands(file)) {
      const args = tidemarkArguments(command)?.map((word) => (word === "cowrie" ? name : word));
      if (args === undefined) {
        await executeOther(database, command.words);
        continue;
      }
      const { exitCode, stdout, stderr } = await executeTidemark(args, environmentOf(database.target));
      expect(EXPECTED[args[0] ?? ""] ?? [0], `${command.line}\n${stdout}\n${stderr}`).toContain(exitCode);
      executed += 1;
    }
    expect(executed).toBe(ofTidemark.filter((command) => command.file === file).length);
    expect(executed).toBeGreaterThan(0);
  },
);

/** Where what PostgreSQL's own programs leave is put, and removed with the test. */
const folders = new WeakMap<TestDatabase, string>();

/** Executes what is none of ours, where it is here and fits the server; what only sets something is let be. */
async function executeOther(database: TestDatabase, words: string[]): Promise<void> {
  const [program = ""] = words;
  if (program === "" || program === "export" || NOT_IN_A_WALK.includes(program)) return;
  expect(["pg_dump", "pg_restore", "createdb"]).toContain(program);
  const reason = await reasonToSkip(database, program);
  if (reason !== null) return void process.stderr.write(`Skipped: ${reason}.\n`);
  let folder = folders.get(database);
  if (folder === undefined) {
    folder = await mkdtemp(path.join(tmpdir(), "tidemark-docs-"));
    folders.set(database, folder);
    onTestFinished(() => rm(folder ?? "", { recursive: true, force: true }));
  }
  const url = new URL(database.target.connectionString);
  const restored = `${url.pathname.slice(1)}_restored`;
  onTestFinished(() =>
    withClient({ ...database.target, connectionString: new URL("/postgres", url).href }, (client) =>
      client.query(`drop database if exists ${restored} with (force)`),
    ).then(() => {}),
  );
  const args = words
    .slice(1)
    .map((word) => word.replace("$DATABASE_URL", url.href).replace("cowrie_restored", restored));
  const { status, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PGHOST: url.hostname, PGPORT: url.port, PGUSER: url.username, PGPASSWORD: url.password },
  });
  expect(status, `${words.join(" ")}\n${stderr}`).toBe(0);
}

/** A `pg_dump` older than the server refuses to work on it. */
async function reasonToSkip(database: TestDatabase, program: string): Promise<string | null> {
  const { error, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  if (error !== undefined) return `${program} is not on PATH`;
  const [server] = await database.query<{ major: number }>(
    "select current_setting('server_version_num')::int / 10000 as major",
  );
  const major = Number(/(\d+)/.exec(stdout)?.[1]);
  return major < (server?.major ?? 0) ? `${program} is of PostgreSQL ${major}, the server is ${server?.major}` : null;
}

test("docs/recovery.md shows the lines of a successful migration, word for word and in order", () => {
  const lines = readText("docs/recovery.md").split("\n");
  expect(lines.filter((line) => GUIDE_LINES.includes(line))).toEqual(GUIDE_LINES);
});

test.each(DOCUMENTS)("every link of %s leads to a file that is there", (file) => {
  const links = [...readText(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = ""]) => link);
  const missing = links.filter((link) => !existsSync(path.join(ROOT, path.dirname(file), link)));
  expect(missing).toEqual([]);
});

/** Examples of `docs/cli.md` have a test of their own. */
const examples = DOCUMENTS.filter((file) => file !== "docs/cli.md").flatMap((file) =>
  [...readText(file).matchAll(/^```json schema=(\w+)\n(.*?)^```$/gms)].map(
    ([, schema = "", body = ""], index) => [file, index + 1, schema, body] as const,
  ),
);

test.each(examples)("%s: example %d holds to the shape %s", (_file, _index, name, body) => {
  const schema = (contract as unknown as Record<string, z.ZodType>)[name];
  const parsed: unknown = JSON.parse(body);
  expect(schema?.parse(parsed)).toEqual(parsed);
});

test("docs/api.md has every route there is, with its role, and no other", () => {
  const routes = readdirSync(path.join(ROOT, "app/api"), { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "route.ts")
    .map((file) => {
      const role = /requireRole\("(\w+)"/.exec(readText(path.join("app/api", file)))?.[1] ?? "nobody";
      const address = `/api/${path.dirname(file)}`.replace("[id]", ":id").replace("[...path]", "*");
      return `${address} ${address === "/api/metrics" ? "token" : role}`;
    });
  const documented = [...readText("docs/api.md").matchAll(/^\| `(?:GET|POST) (\S+)` \| (\w+) \|/gm)].map(
    ([, address, role]) => `${address} ${role}`,
  );
  expect(documented.sort()).toEqual(routes.sort());
});
