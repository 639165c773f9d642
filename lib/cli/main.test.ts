import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  coverage,
  demoResult,
  logEvent,
  plan,
  type RunEvent,
  refusal,
  resetPreview,
  resetPreviewEvent,
  runEvent,
  runList,
  setAsideList,
  status,
  verification,
} from "@/lib/contract";
import { openLog } from "@/lib/logs/log-store";
import { aCowrieDatabase, aDatabase, type TestDatabase } from "@/lib/testing/database";
import { GUIDE_LINES } from "@/lib/testing/guide-lines";
import { aJournalDatabase } from "@/lib/testing/journal-database";
import { executeTidemark, startTidemark } from "@/lib/testing/tidemark-command";

function aHoneypot(): Promise<TestDatabase> {
  const document = (address: string) => ({ dshield: { ip: { number: address, as: 64496, ascountry: "NL" } } });
  return aCowrieDatabase({
    sessions: Array.from({ length: 10 }, (_, i) => ({
      sessionId: `s${i}`,
      enrichment: document(`198.51.100.${i % 2}`),
      columns: { first_event_at: "2026-01-01T00:00:00Z", last_event_at: "2026-01-01T00:01:00Z" },
    })),
  });
}

const urlOf = ({ target }: TestDatabase) => ({ DATABASE_URL: target.connectionString });
const nameOf = ({ target }: TestDatabase) => new URL(target.connectionString).pathname.slice(1);
const parseLines = (stdout: string): unknown[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const parseEvents = (stdout: string): RunEvent[] => parseLines(stdout).map((line) => runEvent.parse(line));

test("takes a database to v16 and back, every shape and exit code as documented", async () => {
  const database = await aHoneypot();
  const run = (...args: string[]) => executeTidemark([...args, "--json"], urlOf(database));
  const read = async (...args: string[]) => parseLines((await run(...args)).stdout)[0];

  expect(status.strict().parse(await read("status"))).toMatchObject({ verdict: "ready", activeRun: null });
  expect(plan.strict().parse(await read("plan")).steps.length).toBeGreaterThan(10);
  expect(runList.strict().parse(await read("runs"))).toEqual({ runs: [] });
  expect(setAsideList.strict().parse(await read("set-aside"))).toEqual({ values: [] });
  expect(coverage.strict().parse(await read("coverage")).sessions).toMatchObject({ total: 10, open: 10 });
  const early = await run("verify");
  expect([early.exitCode, verification.strict().parse(parseLines(early.stdout)[0]).verdict]).toEqual([5, "ready"]);

  const migrated = await run("migrate");
  const events = parseEvents(migrated.stdout);
  expect(migrated.exitCode).toBe(0);
  expect(events[0]).toMatchObject({ type: "run-started", kind: "migrate", resumed: false });
  expect(events.at(-1)).toMatchObject({ type: "run-finished", status: "succeeded", error: null });
  const lines = events.filter((event) => event.type === "log");
  expect(lines.map(({ message }) => message).filter((message) => GUIDE_LINES.includes(message))).toEqual(GUIDE_LINES);
  const runId = `${events[0]?.type === "run-started" ? events[0].runId : 0}`;
  for (const args of [
    ["logs", runId],
    ["logs", runId, "--follow"],
  ]) {
    expect(parseLines((await run(...args)).stdout).map((line) => logEvent.strict().parse(line))).toEqual(lines);
  }

  expect(status.parse(await read("status"))).toMatchObject({ verdict: "migrated", version: { observed: "v16" } });
  expect(plan.parse(await read("plan"))).toEqual({ steps: [] });
  const verified = await run("verify");
  const { verdict, coverage: figures } = verification.parse(parseLines(verified.stdout)[0]);
  expect([verdict, figures.sessions.withSourceIp]).toEqual(["migrated", 10]);
  expect(verified.exitCode).toBe(figures.gates.every(({ passed }) => passed === true) ? 0 : 5);

  const preview = resetPreview.strict().parse(await read("reset", "--preview"));
  const wrongName = await run("reset", "--confirm", "cowrie");
  expect([wrongName.exitCode, refusal.parse(parseLines(wrongName.stdout)[0]).error.code]).toEqual([2, "usage"]);
  const wrongHash = await run("reset", "--confirm", nameOf(database), "--expect", "0".repeat(64));
  expect([wrongHash.exitCode, refusal.parse(parseLines(wrongHash.stdout)[0]).error.code]).toEqual([4, "not-eligible"]);
  const reset = await run("reset", "--confirm", nameOf(database), "--expect", preview.hash);
  const [first, ...rest] = parseLines(reset.stdout);
  expect([reset.exitCode, resetPreviewEvent.strict().parse(first)]).toEqual([0, { type: "preview", ...preview }]);
  expect(rest.map((line) => runEvent.parse(line)).at(-1)).toMatchObject({ type: "run-finished", status: "succeeded" });
  expect(status.parse(await read("status"))).toMatchObject({ verdict: "ready", version: { observed: "v15" } });
});

test("a signal stops a run with 130, a second run is refused with 3, the next one goes on with the same run", async () => {
  const database = await aHoneypot();
  const blocker = await database.client();
  await blocker.query("begin; lock table public.session_summaries in access share mode");

  const blocked = startTidemark(["migrate", "--json"], urlOf(database));
  await blocked.prints("Phase 1");
  const second = await executeTidemark(["migrate", "--json"], urlOf(database));
  expect(second.exitCode).toBe(3);
  expect(parseLines(second.stdout)).toHaveLength(1);
  expect(refusal.strict().parse(parseLines(second.stdout)[0]).error).toMatchObject({
    code: "active-run",
    activeRun: { kind: "migrate", status: "running", startedBy: "cli" },
  });

  blocked.process.kill("SIGTERM");
  const { exitCode, stdout } = await blocked.finished;
  const events = parseEvents(stdout);
  expect(exitCode).toBe(130);
  expect(events.at(-1)).toMatchObject({ type: "run-finished", status: "interrupted" });

  await blocker.query("rollback");
  const resumed = await executeTidemark(["migrate", "--json"], urlOf(database));
  const started = parseEvents(resumed.stdout)[0];
  expect(resumed.exitCode).toBe(0);
  expect(started).toEqual({ ...events[0], resumed: true });
});

test("says why a database is not supported, with exit code 4, and writes nothing", async () => {
  const database = await aCowrieDatabase();
  await database.query("update public.schema_state set value = '14'");
  const found = await executeTidemark(["status", "--json"], urlOf(database));
  expect(found.exitCode).toBe(4);
  expect(status.parse(parseLines(found.stdout)[0])).toMatchObject({
    version: { recorded: "14", observed: null },
    verdict: "unsupported",
    message: expect.stringContaining("14"),
    phases: [],
    findings: [],
  });
  const refused = await executeTidemark(["migrate", "--json"], urlOf(database));
  expect([refused.exitCode, refusal.parse(parseLines(refused.stdout)[0]).error.code]).toEqual([4, "not-eligible"]);
  expect(await database.query("select from pg_catalog.pg_namespace where nspname = 'tidemark'")).toEqual([]);
});

test("there is no log of a run that does not exist", async () => {
  const database = await aHoneypot();
  const { exitCode, stdout } = await executeTidemark(["logs", "7", "--json"], urlOf(database));
  expect([exitCode, refusal.parse(parseLines(stdout)[0]).error.message]).toEqual([2, "There is no run 7."]);
});

/** A queued run with a log, which no worker takes. */
async function aQueuedRun() {
  const database = await aJournalDatabase();
  await database.query("update tidemark.runs set status = 'queued'");
  const log = openLog(database.pool(), { runId: database.runId, epoch: 1 });
  const write = (message: string) => log.write({ level: "info", phase: null, message });
  await write("first");
  return { ...database, write };
}

test("logs --follow ends with 130 on Ctrl-C", async () => {
  const run = await aQueuedRun();
  const following = startTidemark(["logs", `${run.runId}`, "--follow"], urlOf(run));
  await following.prints("first");
  await run.write("second");
  await following.prints("second");
  following.process.kill("SIGINT");
  expect(await following.finished).toMatchObject({ exitCode: 130, stderr: "" });
});

test("logs --follow ends quietly when nobody reads on", async () => {
  const run = await aQueuedRun();
  const following = startTidemark(["logs", `${run.runId}`, "--follow"], urlOf(run));
  await following.prints("first");
  following.process.stdout?.destroy();
  await run.write("second");
  expect(await following.finished).toMatchObject({ exitCode: 0, stderr: "" });
});

test("a run goes on to its end when nobody reads its events any more", async () => {
  const database = await aHoneypot();
  const running = startTidemark(["migrate", "--json"], urlOf(database));
  await running.prints("run-started");
  running.process.stdout?.destroy();
  expect(await running.finished).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await database.query("select value from public.schema_state")).toEqual([{ value: "16" }]);
});

test("a worker executes what is queued, and stops with 130", async () => {
  const database = await aHoneypot();
  await executeTidemark(["migrate", "--json"], urlOf(database));
  const [queued] = await database.query<{ id: number }>(
    "insert into tidemark.runs (kind, status, started_by) values ('catch-up', 'queued', 'web') returning id",
  );
  const worker = startTidemark(["worker", "--json"], urlOf(database));
  const readStatus = () => database.query("select status from tidemark.runs where id = $1", [queued?.id]);
  await expect.poll(readStatus, { timeout: 30_000 }).toEqual([{ status: "succeeded" }]);
  worker.process.kill("SIGTERM");
  const stderr = expect.stringContaining("The console is superuser of the database server");
  expect(await worker.finished).toMatchObject({ exitCode: 130, stdout: "", stderr });
});

test("demo takes real logs, names what it skips, and refuses a database that is not empty", async () => {
  const database = await aDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), "tidemark-cli-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "cowrie.json");
  const event = {
    eventid: "cowrie.session.connect",
    session: "a1b2c3d4e5f6",
    src_ip: "198.51.100.7",
    timestamp: "2026-01-01T00:00:00.000000Z",
  };
  await writeFile(file, `${JSON.stringify(event)}\n{"eventid": \u001b[31m\n`);

  const made = await executeTidemark(["demo", "--json", "--logs", file], urlOf(database));
  expect(made.exitCode).toBe(0);
  expect(demoResult.strict().parse(parseLines(made.stdout)[0])).toEqual({
    database: nameOf(database),
    sessions: 1,
    skippedLines: 1,
  });
  expect(made.stderr).toContain(`${file}:2: skipped`);
  expect(made.stderr).not.toContain("\u001b");

  const again = await executeTidemark(["demo", "--json"], urlOf(database));
  expect([again.exitCode, refusal.parse(parseLines(again.stdout)[0]).error.code]).toEqual([4, "not-eligible"]);
});
