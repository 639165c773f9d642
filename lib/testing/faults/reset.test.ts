import { expect, test, vi } from "vitest";
import { readDatabaseAddress } from "@/lib/db/client";
import {
  cancelRun,
  issueResetToken,
  pauseRun,
  previewReset,
  readLostRows,
  readRun,
  readRuns,
  readStatus,
  resetToEnd,
  runToEnd,
  runWorker,
  startReset,
  startRun,
} from "@/lib/migration";
import { aCowrieDatabase, type TestDatabase, type TestSession } from "@/lib/testing/database";
import { aDeclaredDatabase } from "@/lib/testing/declared-database";
import { compareDumps, dumpOf } from "@/lib/testing/dump";
import { environmentOf } from "@/lib/testing/failpoint-runs";
import { at, withSettings } from "@/lib/testing/faults/reacting";
import { holdLock } from "@/lib/testing/lock-holder";
import { reset, run } from "@/lib/testing/running";
import { executeTidemark, runTidemark } from "@/lib/testing/tidemark-command";

const sessions: TestSession[] = Array.from({ length: 20 }, (_, index) => ({
  sessionId: `s${index}`,
  enrichment: { dshield: { ip: { number: `198.51.100.${index % 4}`, as: 64500 + (index % 2), ascountry: "NL" } } },
}));

const PATIENT = { timeout: 20_000, interval: 20 };
const nameOf = ({ target }: TestDatabase) => readDatabaseAddress(target.connectionString).name;

/** A database at v16, and what it was at v15. */
async function aMigratedDatabase() {
  const database = await aCowrieDatabase({ sessions });
  const pristine = await dumpOf(database.target);
  await run(database.target);
  return { database, pristine };
}

/** The same shape without a run, for what never comes to the drop. */
async function aDatabaseAtV16() {
  return { database: await aDeclaredDatabase() };
}

/** What a browser holds once it was shown the preview. */
async function anOffer(database: TestDatabase) {
  const { hash } = await previewReset(database.target, { dropsDependents: true });
  return {
    confirm: nameOf(database),
    token: await issueResetToken(database.target, hash),
    expect: hash,
    startedBy: "web",
  };
}

/** Resets as the CLI would. */
function resetWith(database: TestDatabase, options: { expect?: string; dropsDependents?: boolean } = {}) {
  return resetToEnd(database.target, {
    confirm: nameOf(database),
    startedBy: "cli",
    signal: new AbortController().signal,
    onPreview: () => {},
    onEvent: () => {},
    ...options,
  });
}

/** Lets a worker of this process take what is queued until `runId` has ended. */
async function work(database: TestDatabase, runId: number) {
  const stop = new AbortController();
  const worker = runWorker(database.target, { signal: stop.signal });
  await vi.waitFor(async () => expect((await readRun(database.target, runId))?.finishedAt).not.toBeNull(), PATIENT);
  stop.abort();
  await worker;
  return readRun(database.target, runId);
}

/** Every way to ask for a reset, each refused because `active` is under way. */
async function expectResetsRefused(database: TestDatabase, active: { id: number; kind: string }) {
  const refusal = { code: "active-run", activeRun: expect.objectContaining(active) };
  await expect(startReset(database.target, await anOffer(database))).rejects.toMatchObject(refusal);
  await expect(resetWith(database)).rejects.toMatchObject(refusal);
  const args = ["reset", "--confirm", nameOf(database), "--json"];
  const { exitCode, stdout } = await runTidemark(args, environmentOf(database.target));
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout).error).toMatchObject(refusal);
}

/** Every way to ask for a migration, each refused because `active` is under way. */
async function expectRunsRefused(database: TestDatabase, active: { id: number; kind: string }) {
  const refusal = { code: "active-run", activeRun: expect.objectContaining(active) };
  const request = { kind: "migrate", startedBy: "web" } as const;
  await expect(startRun(database.target, request)).rejects.toMatchObject(refusal);
  await expect(run(database.target)).rejects.toMatchObject(refusal);
  expect((await runTidemark(["migrate", "--json"], environmentOf(database.target))).exitCode).toBe(3);
}

test("F30: while a run is under way or paused no reset begins, by whichever door", async () => {
  const { database } = await aMigratedDatabase();
  await database.query("update public.session_summaries set enrichment_at = null");
  const refused: Promise<void>[] = [];

  const migration = run(database.target, {
    onEvent: at("Phase 4", (id) => {
      refused.push(
        pauseRun(database.target, id)
          .then(() =>
            vi.waitFor(async () => expect((await readRun(database.target, id))?.status).toBe("paused"), PATIENT),
          )
          .then(() => expectResetsRefused(database, { id, kind: "migrate" }))
          .finally(() => cancelRun(database.target, id)),
      );
    }),
  });

  expect((await migration).status).toBe("cancelled");
  await Promise.all(refused);
  expect(refused).toHaveLength(1);
  expect((await readStatus(database.target)).version.recorded).toBe("16");
});

test("F30: while a run is queued no reset begins, and while a reset is queued no run", async () => {
  const { database, pristine } = await aMigratedDatabase();
  const queued = await startRun(database.target, { kind: "migrate", startedBy: "web" });
  await expectResetsRefused(database, { id: queued.runId, kind: "migrate" });
  await cancelRun(database.target, queued.runId);

  const { runId } = await startReset(database.target, await anOffer(database));
  await expectRunsRefused(database, { id: runId, kind: "reset" });
  await expectResetsRefused(database, { id: runId, kind: "reset" });

  expect(await work(database, runId)).toMatchObject({ status: "succeeded" });
  expect(compareDumps(pristine, await dumpOf(database.target))).toEqual([]);
});

test("F30: while a reset waits for its locks no run begins, and it names who is in the way", async () => {
  const { database, pristine } = await aMigratedDatabase();
  withSettings({ TIDEMARK_LOCK_TIMEOUT_MS: 200 });
  const holder = await holdLock(database, "lock table public.asn_inventory in access share mode");

  const resetting = reset(database.target);
  await vi.waitFor(
    async () => expect(await readRuns(database.target)).toMatchObject([{ kind: "reset", status: "running" }, {}]),
    PATIENT,
  );
  await expectRunsRefused(database, { id: 2, kind: "reset" });
  await vi.waitFor(async () => expect((await readRun(database.target, 2))?.waiting?.blockers).toHaveLength(1), PATIENT);
  await holder.release();

  expect(await resetting).toMatchObject({ status: "succeeded" });
  expect(compareDumps(pristine, await dumpOf(database.target))).toEqual([]);
});

test("F30: of a run and a reset that start at the same moment exactly one wins", async () => {
  const { database } = await aDatabaseAtV16();
  const offers = await Promise.all([1, 2, 3, 4].map(() => anOffer(database)));

  const asked = await Promise.allSettled(
    offers.flatMap((offer) => [
      startReset(database.target, offer),
      startRun(database.target, { kind: "migrate", startedBy: "web" }),
    ]),
  );

  expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const answer of asked)
    if (answer.status === "rejected") expect(answer.reason).toMatchObject({ code: "active-run" });
  expect((await readRuns(database.target)).filter(({ status }) => status === "queued")).toHaveLength(1);
});

test.each([
  ["reset-open", "16", "fail"],
  ["reset-done", "15", "fail"],
])("F82: a reset that fails at %s leaves version %s and everything of it", async (place, version, action) => {
  const { database, pristine } = await aMigratedDatabase();
  const migrated = await dumpOf(database.target);
  const args = ["reset", "--confirm", nameOf(database), "--json"];

  const failed = await runTidemark(args, {
    ...environmentOf(database.target),
    TIDEMARK_FAILPOINT: `${place}:${action}`,
  });

  expect(failed.exitCode).toBe(1);
  const left = await dumpOf(database.target);
  expect(left).toContain(`state schema_version=${version}`);
  expect(compareDumps(version === "16" ? migrated : pristine, left)).toEqual([]);
  expect(await reset(database.target)).toMatchObject({ status: "succeeded" });
  expect(compareDumps(pristine, await dumpOf(database.target))).toEqual([]);
});

test("F82: a statement of the reset that PostgreSQL refuses rolls all of it back, and the error names it", async () => {
  const { database, pristine } = await aMigratedDatabase();
  const migrated = await dumpOf(database.target);
  await database.query(
    `create function public.forbid() returns event_trigger language plpgsql as $$
     begin
       if exists (select from pg_event_trigger_dropped_objects() where object_type = 'index') then
         raise exception 'no index may go';
       end if;
     end $$;
     create event trigger forbidding on sql_drop execute function public.forbid()`,
  );

  const refused = await reset(database.target);

  expect(refused).toMatchObject({ status: "failed", error: { sqlstate: "P0001", message: "no index may go" } });
  await database.query("drop event trigger forbidding; drop function public.forbid()");
  expect(compareDumps(migrated, await dumpOf(database.target))).toEqual([]);
  expect(await reset(database.target)).toMatchObject({ status: "succeeded" });
  expect(compareDumps(pristine, await dumpOf(database.target))).toEqual([]);
});

test("F82: columns of an unfinished repair and of the application's migration go too, as previewed", async () => {
  const { database, pristine } = await aMigratedDatabase();
  const left = ["snapshot_asn_replaced", "snapshot_ip_type", "tidemark_resweep"];
  for (const name of left) await database.query(`alter table public.session_summaries add ${name} text`);

  const { objects } = await previewReset(database.target);

  expect(objects.map(({ object }) => object)).toEqual(
    expect.arrayContaining(left.map((name) => `public.session_summaries.${name}`)),
  );
  expect(await reset(database.target)).toMatchObject({ status: "succeeded" });
  expect(compareDumps(pristine, await dumpOf(database.target))).toEqual([]);
});

const REPORTS = `create schema reports;
  create view reports.top as select ip_address, session_count from public.ip_inventory;
  create view reports.best as select * from reports.top order by session_count desc limit 3;
  create materialized view public.by_asn as select snapshot_asn, count(*) as n from public.session_summaries group by 1;
  create table reports.watched (ip varchar(45) references public.ip_inventory)`;
const REPORT_NAMES = ["reports.best", "reports.top", "public.by_asn", "reports.watched.watched_ip_fkey"];

test("F83: dependents are listed and refused without their own flag, and dropped by name with it", async () => {
  const { database } = await aMigratedDatabase();
  await database.query(REPORTS);
  const environment = environmentOf(database.target);

  const preview = await previewReset(database.target);
  expect(preview.dependents.map(({ object }) => object).toSorted()).toEqual(REPORT_NAMES.toSorted());
  expect(preview.sql.join()).not.toMatch(/reports|by_asn|cascade/i);
  const refused = await executeTidemark(["reset", "--confirm", nameOf(database), "--json"], environment);
  expect(refused.exitCode).toBe(4);
  for (const name of REPORT_NAMES) expect(JSON.parse(refused.stdout).error.message).toContain(name);

  const agreed = await executeTidemark(["reset", "--preview", "--drop-dependents", "--json"], environment);
  const { hash, sql } = JSON.parse(agreed.stdout) as typeof preview;
  expect(hash).not.toBe(preview.hash);
  expect(sql.join("\n")).not.toMatch(/cascade/i);
  const confirm = ["reset", "--confirm", nameOf(database), "--expect", hash, "--json"];
  expect((await executeTidemark(confirm, environment)).exitCode).toBe(4);
  expect((await executeTidemark([...confirm, "--drop-dependents"], environment)).exitCode).toBe(0);

  expect(await readStatus(database.target)).toMatchObject({ version: { recorded: "15", observed: "v15" } });
  expect(await database.query("select to_regclass('reports.watched')::text as kept")).toEqual([
    { kept: "reports.watched" },
  ]);
  expect((await readRuns(database.target))[0]).toMatchObject({ kind: "reset", status: "succeeded" });
});

test("F83: the SQL of a preview with dependents does in psql what the reset does", async () => {
  const { database } = await aMigratedDatabase();
  await database.query(REPORTS);

  await database.query((await previewReset(database.target, { dropsDependents: true })).sql.join("\n"));

  expect((await readStatus(database.target)).version).toMatchObject({ recorded: "15", observed: "v15" });
});

test("F83: a worker drops exactly what was agreed to, and refuses when another dependent came meanwhile", async () => {
  const { database } = await aMigratedDatabase();
  await database.query(REPORTS);
  const { runId } = await startReset(database.target, { ...(await anOffer(database)), dropsDependents: true });
  const [stored] = await database.query("select options from tidemark.runs where id = $1", [runId]);
  expect(stored?.options.droppedDependents.toSorted()).toEqual(REPORT_NAMES.toSorted());
  await database.query("create view public.late as select asn_number from public.asn_inventory");

  expect(await work(database, runId)).toMatchObject({
    status: "failed",
    error: { message: expect.stringMatching(/depend on what a reset drops: public\.late\. Nothing was changed/) },
  });
  expect(await database.query("select count(*)::int as n from reports.best")).toEqual([{ n: 3 }]);

  const again = await startReset(database.target, { ...(await anOffer(database)), dropsDependents: true });
  expect(await work(database, again.runId)).toMatchObject({ status: "succeeded" });
});

test("F83: the tick alone is not enough for what holds data: it is refused by name", async () => {
  const { database } = await aDatabaseAtV16();
  await database.query("create table public.kept (entry public.asn_inventory)");

  await expect(resetWith(database, { dropsDependents: true })).rejects.toMatchObject({
    code: "not-eligible",
    message: expect.stringContaining("public.kept.entry"),
  });
  await expect(startReset(database.target, await anOffer(database))).rejects.toMatchObject({ code: "not-eligible" });
});

test("F84: rows that the application wrote are counted before, and offered whole as a download", async () => {
  const { database } = await aMigratedDatabase();
  await database.query(
    `update public.ip_inventory set enrichment_updated_at = now(), enrichment = '{"note": "two\\nlines"}'
     where ip_address = '198.51.100.1'`,
  );
  await database.query("insert into public.ip_asn_history (ip_address, asn_number) values ('198.51.100.1', 64500)");

  expect((await previewReset(database.target)).lost).toEqual([
    { object: "public.ip_asn_history", rows: 1 },
    { object: "public.ip_inventory", rows: 1 },
  ]);
  const shown = await executeTidemark(["reset", "--preview"], environmentOf(database.target));
  expect(shown.stdout).toContain("Lost for good: 1 rows that the application wrote to public.ip_inventory");
  expect(shown.stdout).toContain(
    "\\copy (select * from public.ip_inventory where enrichment_updated_at is not null) to 'public.ip_inventory.csv'",
  );

  let text = "";
  for await (const chunk of await readLostRows(database.target)) text += chunk;

  expect(
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { table: "ip_asn_history", row: expect.objectContaining({ asn_number: 64500 }) },
    {
      table: "ip_inventory",
      row: expect.objectContaining({ ip_address: "198.51.100.1", enrichment: { note: "two\nlines" } }),
    },
  ]);
});

test("F84: a large download is read bit by bit, and ends its connection when the reader goes away", async () => {
  const { database } = await aDatabaseAtV16();
  await database.query(
    `insert into public.asn_inventory (asn_number, first_seen, last_seen, enrichment_updated_at)
     select n, now(), now(), now() from generate_series(1, 2000) as n`,
  );
  const connections = () =>
    database.query(
      "select from pg_stat_activity where datname = current_database() and application_name = 'tidemark download'",
    );

  const rows = await readLostRows(database.target);
  expect((await rows.next()).value.trimEnd().split("\n")).toHaveLength(500);
  expect(await connections()).toHaveLength(1);
  await rows.return(undefined);

  await vi.waitFor(async () => expect(await connections()).toEqual([]), PATIENT);
});

type Offer = Awaited<ReturnType<typeof anOffer>>;

test.each<[string, "usage" | "not-eligible", (offer: Offer) => Partial<Offer>]>([
  ["upper case", "usage", ({ confirm }) => ({ confirm: confirm.toUpperCase() })],
  ["a space before", "usage", ({ confirm }) => ({ confirm: ` ${confirm}` })],
  ["a space behind", "usage", ({ confirm }) => ({ confirm: `${confirm} ` })],
  ["nothing", "usage", () => ({ confirm: "" })],
  ["another database", "usage", () => ({ confirm: "postgres" })],
  ["a quoted name", "usage", ({ confirm }) => ({ confirm: `"${confirm}"` })],
  ["a forged token", "not-eligible", () => ({ token: "forged" })],
  ["no token", "not-eligible", () => ({ token: "" })],
  ["another preview", "not-eligible", () => ({ expect: "0".repeat(64) })],
])("F85: a confirmation with %s is refused, and the right one still holds", async (_what, code, change) => {
  const { database } = await aDatabaseAtV16();
  const offer = await anOffer(database);

  await expect(startReset(database.target, { ...offer, ...change(offer) })).rejects.toMatchObject({ code });

  expect(await readRuns(database.target)).toEqual([]);
  await expect(startReset(database.target, offer)).resolves.toEqual({ runId: 1 });
});

test("F85: a token is good once: replayed it is refused, also after the first reset was cancelled", async () => {
  const { database } = await aDatabaseAtV16();
  const offer = await anOffer(database);
  const { runId } = await startReset(database.target, offer);
  await cancelRun(database.target, runId);

  await expect(startReset(database.target, offer)).rejects.toMatchObject({
    code: "not-eligible",
    message: expect.stringContaining("used or is older than five minutes"),
  });
});

test("F85: two tabs with one token: one wins; with a token each the second meets the active run", async () => {
  const { database } = await aDatabaseAtV16();
  const offer = await anOffer(database);
  const other = await anOffer(database);

  const asked = await Promise.allSettled([startReset(database.target, offer), startReset(database.target, offer)]);

  expect(asked.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  await expect(startReset(database.target, other)).rejects.toMatchObject({ code: "active-run" });
});

test("F85: a token older than five minutes, and one for a database that changed since, are refused", async () => {
  const { database } = await aDatabaseAtV16();
  const old = await anOffer(database);
  await database.query("update tidemark.reset_tokens set expires_at = expires_at - interval '5 minutes 1 second'");
  await expect(startReset(database.target, old)).rejects.toMatchObject({ code: "not-eligible" });

  const offer = await anOffer(database);
  await database.query("drop index public.idx_session_source_ip");
  await expect(startReset(database.target, offer)).rejects.toMatchObject({
    code: "not-eligible",
    message: "The database is no longer as previewed.",
  });
});

test("F85: what the CLI refuses has its exit code: 2 for the name, 4 for the hash", async () => {
  const { database } = await aDatabaseAtV16();
  const environment = environmentOf(database.target);
  const codeOf = async (...args: string[]) => (await executeTidemark(["reset", ...args], environment)).exitCode;

  expect(await codeOf("--confirm", nameOf(database).toUpperCase())).toBe(2);
  expect(await codeOf("--confirm", nameOf(database), "--expect", "0".repeat(64))).toBe(4);
  expect((await readStatus(database.target)).version.recorded).toBe("16");
});

test("a reset whose connection was lost over the commit finds that everything is done", async () => {
  const { database, pristine } = await aMigratedDatabase();
  const { hash } = await previewReset(database.target);
  const isCut = { done: false };

  const outcome = await runToEnd(database.target, {
    kind: "reset",
    startedBy: "cli",
    previewHash: hash,
    signal: new AbortController().signal,
    onEvent: (event) => {
      if (isCut.done || event.type !== "log" || !event.message.startsWith("Catalog compared")) return;
      isCut.done = true;
      void database.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'tidemark run'",
      );
    },
  });

  expect(isCut.done).toBe(true);
  expect(outcome).toMatchObject({ status: "succeeded", error: null });
  expect(compareDumps(pristine, await dumpOf(database.target))).toEqual([]);
});
