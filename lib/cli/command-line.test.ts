import { expect, inject, test } from "vitest";
import { refusal } from "@/lib/contract";
import { executeTidemark as execute, runTidemark } from "@/lib/testing/tidemark-command";

const CANARY = "s3cr3tc4n4ry";
const SECRETS = new RegExp(`${CANARY}|%733cr3tc4n4ry`);

function withPassword(change: (url: URL) => void): string {
  const url = new URL(inject("serverUrl"));
  change(url);
  return url.href;
}

test.each([
  ["no URL", `${CANARY}`],
  ["another scheme", `mysql://u:${CANARY}@127.0.0.1/cowrie`],
  ["key=value", `host=127.0.0.1 user=u password=${CANARY} dbname=cowrie`],
  ["an impossible port", `postgres://u:${CANARY}@127.0.0.1:99999/cowrie`],
  ["no database", `postgres://u:${CANARY}@127.0.0.1:5432/`],
  ["a role that is not percent-encoded", `postgres://%zz:${CANARY}@127.0.0.1:5432/cowrie`],
  ["a space", `postgres://u:${CANARY}@127.0. 0.1/cowrie`],
])("refuses a DATABASE_URL with %s: exit code 2, no password", async (_, url) => {
  const { exitCode, stdout, stderr } = await execute(["status", "--json"], { DATABASE_URL: url });
  expect(stdout + stderr).not.toMatch(SECRETS);
  expect({ exitCode, error: refusal.parse(JSON.parse(stdout)).error }).toMatchObject({
    exitCode: 2,
    error: { code: "usage", message: expect.stringContaining("DATABASE_URL") },
  });
});

test.each([
  ["nobody listens", () => `postgres://u:${CANARY}@127.0.0.1:1/cowrie`, "127.0.0.1:1/cowrie"],
  ["the host has no address", () => `postgres://u:${CANARY}@nowhere.invalid/cowrie`, "nowhere.invalid"],
  [
    "the role is unknown",
    () => withPassword((url) => Object.assign(url, { username: "nobody", password: CANARY })),
    "nobody",
  ],
  ["the password is wrong", () => withPassword((url) => Object.assign(url, { password: CANARY })), "28P01"],
  ["the database is missing", () => withPassword((url) => Object.assign(url, { pathname: "/not_there" })), "not_there"],
])("says that %s: exit code 4, no password", async (_, toUrl, named) => {
  const { exitCode, stdout, stderr } = await execute(["migrate", "--json"], { DATABASE_URL: toUrl() });
  expect(stdout + stderr).not.toMatch(SECRETS);
  expect(stdout + stderr).not.toContain(new URL(inject("serverUrl")).password);
  expect({ exitCode, error: refusal.parse(JSON.parse(stdout)).error }).toMatchObject({
    exitCode: 4,
    error: { code: "unreachable", message: expect.stringContaining(named), remedy: expect.stringMatching(/\w/) },
  });
});

test("a process of its own ends with the same exit code and object", async () => {
  const url = `postgres://u:${CANARY}@127.0.0.1:1/cowrie`;
  const alone = await runTidemark(["status", "--json"], { DATABASE_URL: url });
  expect(alone).toEqual({ ...(await execute(["status", "--json"], { DATABASE_URL: url })), stderr: "" });
  expect(alone.exitCode).toBe(4);
});

test("without --json a refusal goes to stderr, message and remedy, and nothing to stdout", async () => {
  const { exitCode, stdout, stderr } = await execute(["status"], { DATABASE_URL: "postgres://u:p@127.0.0.1:1/d" });
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
  expect(stderr).toMatch(/^127\.0\.0\.1:1\/d does not answer.*\n {2}Check .*\n$/);
});

test.each([
  [[], "Name a command."],
  [["nonsense"], "nonsense"],
  [["status", "--nonsense"], "--nonsense"],
  [["status", "extra"], "argument"],
  [["logs"], "run id"],
  [["logs", "seven"], "seven"],
  [["logs", "0"], "whole number"],
  [["demo", "--sessions", "-3"], "whole number"],
  [["demo", "--sessions", "3", "--logs", "x.json"], "exclude"],
  [["reset"], "--preview or --confirm"],
  [["reset", "--preview", "--confirm", "cowrie"], "exclude"],
  [["reset", "--preview", "--expect", "abc"], "--expect"],
  [["reset", "--confirm"], "argument missing"],
  [["reset", "--preview", "--deep"], "--deep"],
  [["migrate", "--speed", "faster"], "gentle, normal, fast"],
  [["migrate", "--until", "6:00"], "HH:MM"],
  [["migrate", "--until", "24:00"], "HH:MM"],
  [["catch-up", "--speed", "slow"], "gentle, normal, fast"],
  [["catch-up", "--until", "06:00"], "--until"],
  [["pause"], "run id"],
  [["resume", "newest"], "whole number"],
  [["cancel", "7", "8"], "argument"],
  [["speed", "7"], "speed"],
  [["speed", "7", "faster"], "gentle, normal, fast"],
  [["set-aside", "everything"], "argument"],
  [["demo", "--broken", "claims-61"], "claims-61"],
])("refuses %j as usage: exit code 2, one object", async (args, message) => {
  const { exitCode, stdout } = await execute([...args, "--json"], { DATABASE_URL: "postgres://u:p@127.0.0.1:1/d" });
  expect(exitCode).toBe(2);
  expect(stdout.trim().split("\n")).toHaveLength(1);
  expect(refusal.parse(JSON.parse(stdout)).error).toMatchObject({
    code: "usage",
    message: expect.stringContaining(message),
    activeRun: null,
  });
});

test("refuses an unusable setting without showing its value", async () => {
  const { exitCode, stderr } = await execute(["status"], { TIDEMARK_BATCH_TARGET_MS: CANARY });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("TIDEMARK_BATCH_TARGET_MS");
  expect(stderr).not.toContain(CANARY);
});

test("masks a password that was typed where it does not belong", async () => {
  const { exitCode, stdout, stderr } = await execute([`postgres://u:${CANARY}@h/d`], {});
  expect(exitCode).toBe(2);
  expect(stdout + stderr).not.toContain(CANARY);
});

test("help and version are data, and need no database", async () => {
  const help = await runTidemark(["--help"]);
  expect(help).toMatchObject({ exitCode: 0, stderr: "", stdout: expect.stringContaining("migrate") });
  expect(await runTidemark(["migrate", "--help"])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await runTidemark(["--version"])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});
