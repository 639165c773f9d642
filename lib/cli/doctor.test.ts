import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { examineSettings } from "@/lib/cli/doctor-settings";
import { type DoctorCheck, doctorReport } from "@/lib/contract";
import { aCowrieDatabase, aDatabase, type TestDatabase } from "@/lib/testing/database";
import { aPooler, reasonToSkipPooler } from "@/lib/testing/pgbouncer";
import { executeTidemark } from "@/lib/testing/tidemark-command";

const SECRET = "b7Jq2vXc9wZr4tLk8mNf3pHs6dGy1aQe";

async function examine(environment: Record<string, string>) {
  const { exitCode, stdout } = await executeTidemark(["doctor", "--json"], environment);
  return { exitCode, checks: doctorReport.strict().parse(JSON.parse(stdout)).checks };
}

const of = (checks: DoctorCheck[], id: DoctorCheck["id"]) => checks.filter((check) => check.id === id);
const urlOf = ({ target }: TestDatabase) => ({ DATABASE_URL: target.connectionString, TIDEMARK_SECRET: SECRET });

test("finds nothing in the way of a database that a migration may begin on, and writes nothing there", async () => {
  const database = await aCowrieDatabase();
  const { exitCode, checks } = await examine(urlOf(database));
  expect(exitCode).toBe(0);
  expect(checks.filter(({ state }) => state === "error" || state === "skipped")).toEqual([]);
  expect(of(checks, "console-tables")[0]?.found).toContain("not there yet");
  expect(of(checks, "role")).toMatchObject([{ state: "warning", remedy: expect.stringContaining("docs/security.md") }]);
  expect(await database.query("select from pg_catalog.pg_namespace where nspname = 'tidemark'")).toEqual([]);
});

test("names every right that is missing, with the statement that gives it", async () => {
  const database = await aCowrieDatabase();
  const [row] = await database.query<{ role: string }>("select 'doctor_' || substr(md5(random()::text), 1, 8) as role");
  const role = row?.role ?? "";
  await database.query(`create role ${role} login password 'plain'`);
  onTestFinished(async () => {
    await database.query(`drop owned by ${role}`);
    await database.query(`drop role ${role}`);
  });
  await database.query(
    `grant usage on schema public to ${role}; grant select on all tables in schema public to ${role}`,
  );
  const url = new URL(database.target.connectionString);
  Object.assign(url, { username: role, password: "plain" });
  const { exitCode, checks } = await examine({ DATABASE_URL: url.href, TIDEMARK_SECRET: SECRET });
  expect(exitCode).toBe(4);
  expect(of(checks, "role")).toMatchObject([{ state: "ok" }]);
  const rights = of(checks, "rights");
  expect(rights.length).toBeGreaterThan(1);
  for (const { state, remedy } of rights)
    expect([state, remedy]).toEqual(["error", expect.stringMatching(/^(grant|create) /)]);
  expect(of(checks, "hazards")).toMatchObject([{ state: "skipped" }]);
});

test("says what is no Cowrie database, and stops there", async () => {
  const { exitCode, checks } = await examine(urlOf(await aDatabase()));
  expect(exitCode).toBe(4);
  expect(of(checks, "tables")).toMatchObject([{ state: "error", found: expect.stringContaining("session_summaries") }]);
  expect(of(checks, "version")).toMatchObject([{ state: "skipped" }]);
});

test("says that nobody answers: exit code 4, and no password", async () => {
  const DATABASE_URL = "postgres://u:s3cr3tc4n4ry@127.0.0.1:1/cowrie";
  const { exitCode, stdout, stderr } = await executeTidemark(["doctor"], { DATABASE_URL, TIDEMARK_SECRET: SECRET });
  expect(exitCode).toBe(4);
  expect(stdout).toMatch(
    /✗ connection .*127\.0\.0\.1:1\/cowrie does not answer[\s\S]*- direct[\s\S]*1 problem to mend/,
  );
  expect(stdout + stderr).not.toContain("s3cr3tc4n4ry");
});

test.skipIf(reasonToSkipPooler())("finds a pooler in the way", async () => {
  const pooled = await aPooler((await aCowrieDatabase()).target);
  const { checks } = await examine({ DATABASE_URL: pooled.connectionString, TIDEMARK_SECRET: SECRET });
  expect(of(checks, "direct")).toMatchObject([{ state: "error", remedy: expect.stringContaining("past the pooler") }]);
});

test("unusable settings are exit code 2, and the database is not looked at", async () => {
  const { exitCode, checks } = await examine({ TIDEMARK_BATCH_TARGET_MS: "soon" });
  expect(exitCode).toBe(2);
  expect(of(checks, "settings")).toMatchObject([
    { state: "error", found: expect.stringContaining("TIDEMARK_BATCH_TARGET_MS") },
  ]);
  expect(of(checks, "connection")).toMatchObject([{ state: "skipped" }]);
});

test.each<[string, Record<string, string>, DoctorCheck["id"], string]>([
  ["a name that is no setting", { TIDEMARK_PARALELLISM: "4" }, "settings", "TIDEMARK_PARALELLISM"],
  ["a network without a name", { TIDEMARK_HOST: "0.0.0.0" }, "network", "TIDEMARK_PUBLIC_ORIGIN"],
  [
    "a proxy that nobody trusts",
    { TIDEMARK_PUBLIC_ORIGIN: "https://t.example.org" },
    "network",
    "TIDEMARK_TRUSTED_PROXIES",
  ],
  ["a secret of one server", { TIDEMARK_PUBLIC_ORIGIN: "https://t.example.org" }, "secret", "TIDEMARK_SECRET"],
])("warns of %s", async (_, environment, id, named) => {
  const { checks } = await examineSettings(environment as unknown as NodeJS.ProcessEnv);
  const [check] = of(checks, id);
  expect(check?.state).toBe("warning");
  expect(`${check?.found} ${check?.remedy}`).toContain(named);
});

test("says where nothing can be kept", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "tidemark-doctor-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "file");
  await writeFile(file, "");
  const { checks } = await examineSettings({ TIDEMARK_HOME: path.join(file, "home") } as unknown as NodeJS.ProcessEnv);
  expect(of(checks, "home")).toMatchObject([{ state: "error", found: expect.stringContaining("ENOTDIR") }]);
});
