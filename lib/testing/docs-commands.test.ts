import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import type { z } from "zod";
import { createProgram } from "@/lib/cli/program";
import * as contract from "@/lib/contract";
import { readDatabaseAddress } from "@/lib/db/client";
import type { BrokenState } from "@/lib/demo/broken/states";
import { aBrokenDemo } from "@/lib/testing/broken-demo";
import { DOCUMENTS, readCommands, tidemarkArguments } from "@/lib/testing/docs-commands";
import { aShell } from "@/lib/testing/docs-shell";
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

/** Beginnings of commands that no walk executes, and where they are executed instead. */
const ELSEWHERE: [beginning: string, where: string][] = [
  ["npm ci", "in .ci/run, before the tests"],
  ["npm test", "by whoever reads this"],
  ["npm run build", "in scripts/test.ts, before the browser tests"],
  ["npm run demo", "in e2e/first-start.spec.ts"],
  ["npm start", "in e2e/first-start.spec.ts"],
  ["npm pack", "in e2e/package.spec.ts"],
  ["npm install --global", "in e2e/package.spec.ts"],
  ["curl", "in e2e/probes.spec.ts"],
  ["npm run bench", "in bench/documented.test.ts"],
  ["docker", "nowhere: it needs an engine; scripts/deploy.test.ts reads what it is given"],
  ["systemctl", "nowhere: it needs a machine that systemd runs; scripts/deploy.test.ts reads what it is given"],
  ["journalctl", "nowhere: it needs a machine that systemd runs"],
  ["kubectl", "nowhere: it needs a cluster; scripts/deploy.test.ts reads what it is given"],
];

const isElsewhere = (line: string) => ELSEWHERE.some(([beginning]) => line.startsWith(beginning));

test("what no walk executes is told with its reason, and is in a document", () => {
  for (const [beginning, where] of ELSEWHERE) {
    const lines = commands.filter(({ line }) => line.startsWith(beginning));
    expect(lines, beginning).not.toEqual([]);
    if (where.startsWith("nowhere")) process.stderr.write(`Skipped: ${beginning}: ${where}.\n`);
  }
});

test("each document with commands that can be executed here is gone through", () => {
  const documents = commands.filter(({ line }) => !isElsewhere(line)).map(({ file }) => file);
  expect([...new Set(documents)].sort()).toEqual([...new Set(WALKS.map(([file]) => file))].sort());
});

test.each(WALKS)(
  "every command of %s, in its order, does what it says on a database that is %s",
  async (file, state) => {
    const database = await aBrokenDemo(...(state === "whole" ? [] : [state]));
    const { name } = readDatabaseAddress(database.target.connectionString);
    // Whoever looks into the log of run 1, or saves what the console keeps, has had a run.
    if (["docs/troubleshooting.md", "docs/upgrading.md"].includes(file))
      await executeTidemark(["migrate"], environmentOf(database.target));
    const shell = await aShell(database);
    let executed = 0;
    for (const command of readCommands(file)) {
      if (isElsewhere(command.line)) continue;
      const args = tidemarkArguments(command)?.map((word) => (word === "cowrie" ? name : word));
      if (args === undefined) {
        await shell.type(command);
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
