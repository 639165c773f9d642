import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ConfigurationError, readSettings } from "@/lib/env";
import { executeTidemark } from "@/lib/testing/tidemark-command";

const STRONG = "q8Zr2vXK0nE5sL1uYd7GhTjPw3BcMf6A9xR4oViNkQe=";
const environment = (settings: Record<string, string>) => settings as unknown as NodeJS.ProcessEnv;

test.each([
  ["too short", "q8Zr2vXK0nE5sL1uYd7GhTjPw3BcMf6"],
  ["one character", "a".repeat(64)],
  ["a word repeated", "changeme".repeat(8)],
  ["a few characters", "abababcabababcacbabacbbacbacbabacbacba"],
])("S29: a secret that is %s is refused, and not repeated", (_what, secret) => {
  const read = () => readSettings(environment({ TIDEMARK_SECRET: secret }));
  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow(/TIDEMARK_SECRET: has to be 32 bytes or more/);
  expect(read).not.toThrow(secret);
});

test("S29: a strong secret is taken, from the environment or from a file", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "tidemark-secret-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, "secret");
  await writeFile(file, `${STRONG}\n`, { mode: 0o600 });
  expect(readSettings(environment({ TIDEMARK_SECRET: STRONG })).TIDEMARK_SECRET).toBe(STRONG);
  expect(readSettings(environment({ TIDEMARK_SECRET_FILE: file })).TIDEMARK_SECRET).toBe(STRONG);
  expect(readSettings(environment({ DATABASE_URL_FILE: file })).DATABASE_URL).toBe(STRONG);

  const both = { TIDEMARK_SECRET: STRONG, TIDEMARK_SECRET_FILE: file };
  expect(() => readSettings(environment(both))).toThrow("TIDEMARK_SECRET and TIDEMARK_SECRET_FILE are both set.");
  await writeFile(file, "changeme");
  expect(() => readSettings(environment({ TIDEMARK_SECRET_FILE: file }))).toThrow(/32 bytes or more/);
  const missing = { TIDEMARK_SECRET_FILE: path.join(folder, "missing") };
  expect(() => readSettings(environment(missing))).toThrow("cannot be read (ENOENT)");
});

test("S29: nothing starts with a weak secret, and nothing repeats it", async () => {
  for (const args of [["status", "--json"], ["worker"], ["migrate"]]) {
    const { exitCode, stdout, stderr } = await executeTidemark(args, { TIDEMARK_SECRET: "changeme-changeme" });
    expect(exitCode).toBe(2);
    expect(stdout + stderr).toContain("TIDEMARK_SECRET: has to be 32 bytes or more");
    expect(stdout + stderr).not.toContain("changeme");
  }
});
