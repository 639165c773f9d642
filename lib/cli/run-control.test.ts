import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { toNextOccurrence } from "@/lib/cli/pace";
import { logEvent, type RunEvent, refusal, runChange, runEvent } from "@/lib/contract";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { executeTidemark, startTidemark, type Tidemark } from "@/lib/testing/tidemark-command";

const sessions = Array.from({ length: 10 }, (_, i) => ({
  sessionId: `s${i}`,
  enrichment: { dshield: { ip: { number: `198.51.100.${i % 2}`, as: 64496, ascountry: "NL" } } },
}));

const urlOf = ({ target }: TestDatabase) => ({ DATABASE_URL: target.connectionString });
const parseLines = (stdout: string): unknown[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

interface Waiting {
  database: TestDatabase;
  command: Tidemark;
  /** Executes a further command on its database. */
  tidemark(...args: string[]): ReturnType<typeof executeTidemark>;
  /** Waits until the run has this status. */
  reaches(status: string): Promise<void>;
  /** Lets the run have what it waits for. */
  release(): Promise<void>;
  /** How the command ended, with its events. */
  end(): Promise<{ exitCode: number | null; events: RunEvent[]; stderr: string }>;
}

/** Keeps a run from its very first step. */
const READER = "begin; lock table public.session_summaries in access share mode";
/** Keeps a run from its first index, behind the sweep: a concurrent build waits for old snapshots, and waits long. */
const OLD_SNAPSHOT = "begin isolation level repeatable read; select count(*) from pg_catalog.pg_class";

/** A migration in the foreground of another process that waits for `holder`. */
async function aWaitingMigration(options: { holder?: string; args?: string[] } = {}): Promise<Waiting> {
  const { args = [] } = options;
  const database = await aCowrieDatabase({ sessions });
  const holder = await database.client();
  await holder.query(options.holder ?? READER);
  const command = startTidemark(["migrate", "--json", ...args], urlOf(database));
  await command.prints("waiting for pid");
  return {
    database,
    command,
    tidemark: (...given) => executeTidemark(given, urlOf(database)),
    reaches: (status) =>
      expect.poll(() => database.query("select status from tidemark.runs"), { timeout: 20_000 }).toEqual([{ status }]),
    release: async () => void (await holder.query("rollback")),
    async end() {
      const { exitCode, stdout, stderr } = await command.finished;
      return { exitCode, stderr, events: parseLines(stdout).map((line) => runEvent.parse(line)) };
    },
  };
}

test("S25: pauses, paces, resumes and cancels a run of another process, which then ends with 1; the audit tells of all", async () => {
  const run = await aWaitingMigration();
  const change = async (...args: string[]) => {
    const { exitCode, stdout } = await run.tidemark(...args, "--json");
    expect(exitCode).toBe(0);
    return runChange.strict().parse(parseLines(stdout)[0]).run;
  };

  expect(await change("pause", "1")).toMatchObject({ id: 1, kind: "migrate", status: expect.stringMatching(/^paus/) });
  await run.reaches("paused");
  expect((await run.tidemark("pause", "1")).stdout).toMatch(/^Run 1 is paused at speed normal .*tidemark resume 1\n$/);
  expect((await run.tidemark("speed", "1", "gentle", "--workers", "3")).stdout).toContain(
    "at speed gentle with 3 workers",
  );
  expect((await run.tidemark("speed", "1", "fast")).exitCode).toBe(0);
  expect((await run.tidemark("speed", "1", "fast", "--workers", "17")).exitCode).toBe(2);
  expect(await run.database.query("select speed, workers from tidemark.runs")).toEqual([{ speed: "fast", workers: 3 }]);
  expect((await run.tidemark("migrate", "--json")).exitCode).toBe(3);

  expect(await change("resume", "1")).toMatchObject({ status: "running" });
  await run.reaches("running");
  expect(await change("cancel", "1")).toMatchObject({ status: expect.stringMatching(/^cancel/) });
  const { exitCode, events } = await run.end();
  expect([exitCode, events.at(-1)]).toMatchObject([1, { type: "run-finished", status: "cancelled", error: null }]);

  await run.release();
  const next = await run.tidemark("migrate", "--json");
  expect([next.exitCode, parseLines(next.stdout)[0]]).toMatchObject([0, { type: "run-started", resumed: false }]);

  const audit = await run.database.query<{ line: string }>(
    "select concat_ws(' ', action, outcome, run_id) as line from tidemark.audit_events order by id",
  );
  expect(audit.map(({ line }) => line)).toEqual([
    ...["run-migration done 1", "pause done 1", "pause done 1", "set-speed done 1", "set-speed done 1"],
    ...["run-migration refused", "resume done 1", "cancel done 1", "run-migration done 2"],
  ]);
});

test("at the end of its window a run pauses and waits in the foreground; resumed from elsewhere it goes on", async () => {
  const run = await aWaitingMigration({ args: ["--until", "03:30", "--speed", "fast"] });
  const [asked] = await run.database.query<{ speed: string; until: Date }>("select speed, until from tidemark.runs");
  expect(asked).toEqual({ speed: "fast", until: new Date(toNextOccurrence("03:30", new Date())) });
  await run.database.query("update tidemark.runs set until = clock_timestamp()");
  await run.command.prints("maintenance window has ended");
  await run.reaches("paused");
  await run.release();
  expect((await run.tidemark("resume", "1")).exitCode).toBe(0);
  const { exitCode, events } = await run.end();
  expect([exitCode, events.at(-1)]).toMatchObject([0, { type: "run-finished", status: "succeeded" }]);
});

test("Ctrl-C interrupts a paused run with 130, and resume queues it again", async () => {
  const run = await aWaitingMigration();
  await run.tidemark("pause", "1");
  await run.reaches("paused");
  run.command.process.kill("SIGINT");
  const { exitCode, events, stderr } = await run.end();
  expect([exitCode, events.at(-1)]).toMatchObject([130, { type: "run-finished", status: "interrupted" }]);
  expect(stderr).toContain("Stopping after the batch at hand");

  const { stdout } = await run.tidemark("resume", "1", "--json");
  expect(runChange.parse(parseLines(stdout)[0]).run).toMatchObject({ id: 1, status: "queued" });
  expect((await run.tidemark("cancel", "1")).stdout).toContain("Run 1 is cancelled.");
});

test("a second signal cancels the statement at hand, and run-finished is still the last word", async () => {
  const run = await aWaitingMigration({ holder: OLD_SNAPSHOT });
  run.command.process.kill("SIGINT");
  await run.command.says("Once more cancels the statement");
  // What follows at once is the same press: a terminal and npm both pass it on.
  await wait(400);
  run.command.process.kill("SIGINT");
  const { exitCode, events, stderr } = await run.end();
  expect(stderr).toContain("Cancelling the statement at hand");
  expect([exitCode, events.at(-1)]).toMatchObject([130, { type: "run-finished", status: "interrupted", error: null }]);
  const invalid = "select count(*)::int as invalid from pg_catalog.pg_index where not indisvalid";
  await run.release();
  expect((await run.tidemark("migrate", "--json")).exitCode).toBe(0);
  expect(await run.database.query(invalid)).toEqual([{ invalid: 0 }]);
});

test("a run is followed by its log where it was refused to begin a second one", async () => {
  const run = await aWaitingMigration();
  const refused = await run.tidemark("migrate", "--json");
  const { error } = refusal.strict().parse(parseLines(refused.stdout)[0]);
  expect(error.message).toMatch(/run 1 \(migrate\), started by cli at \d{4}-/);
  expect(error.remedy).toContain("tidemark logs 1 --follow");
  const logged = await run.tidemark("logs", "1", "--json");
  expect(parseLines(logged.stdout).map((line) => logEvent.parse(line).seq)[0]).toBe(1);
});

test.each([["pause"], ["resume"], ["cancel"], ["speed", "fast"]])(
  "%s refuses a run that does not exist or has ended: exit code 4, one object",
  async (name, ...rest) => {
    const database = await aCowrieDatabase({ sessions });
    const attempt = async () => {
      const { exitCode, stdout } = await executeTidemark([name, "1", ...rest, "--json"], urlOf(database));
      const { error } = refusal.strict().parse(JSON.parse(stdout));
      expect([exitCode, error.code]).toEqual([4, "not-eligible"]);
      expect(error.message).toContain("Run 1 cannot be");
    };
    await attempt();
    expect((await executeTidemark(["migrate"], urlOf(database))).exitCode).toBe(0);
    await attempt();
  },
);
