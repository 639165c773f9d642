import { expect, test } from "vitest";
import { readDeclaredSchema } from "@/lib/inspection/declared";
import { cancelRun, readRun, readStatus } from "@/lib/migration";
import { createTableSql } from "@/lib/migration/ddl";
import { backendPid } from "@/lib/testing/backends";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { at, withSettings } from "@/lib/testing/faults/reacting";
import { startIngest } from "@/lib/testing/ingest";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";
import { holdLock } from "@/lib/testing/lock-holder";
import { run } from "@/lib/testing/running";

const sessions = Array.from({ length: 60 }, (_, index) => ({
  sessionId: `s${index}`,
  enrichment: { dshield: { ip: { number: `203.0.113.${index % 7}`, as: 64500 + (index % 2), ascountry: "SE" } } },
}));

const invalidIndexes = (database: TestDatabase) =>
  database.query("select indexrelid::regclass::text as name from pg_index where not indisvalid");

const waitingOf = async (database: TestDatabase, runId: number) => (await readRun(database.target, runId))?.waiting;

test("F16: a concurrent build waits visibly for an old snapshot; cancelled, the next run builds it again", async () => {
  const database = await aCowrieDatabase({ sessions });
  const before = await snapshotOf(database);
  const old = await holdLock(database, "select from schema_state", { begin: "begin isolation level repeatable read" });
  const ingest = await startIngest(database, { rate: 100 });
  let waiting: unknown = null;

  const { status, lines } = await run(database.target, {
    onEvent: at(`waiting for pid ${old.pid}`, async (runId) => {
      waiting = await waitingOf(database, runId);
      await cancelRun(database.target, runId);
    }),
  });

  expect(status).toBe("cancelled");
  expect(lines).toContain("Create index on source_ip");
  expect(waiting).toMatchObject({
    step: "create-index:public.session_summaries.idx_session_source_ip",
    blockers: [{ pid: old.pid, state: "idle in transaction" }],
  });
  expect(await invalidIndexes(database)).toEqual([{ name: "public.idx_session_source_ip" }]);

  await old.release();
  expect(await run(database.target)).toMatchObject({ status: "succeeded" });
  expect(await invalidIndexes(database)).toEqual([]);
  const written = await ingest.stop();
  expect(written.errors).toEqual([]);
  await expectInvariants(database, { before, finished: true, ingest: written });
});

/** Migrated, but for the validation of the second foreign key. */
async function anUnvalidatedDatabase(): Promise<TestDatabase> {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query(`alter table public.session_summaries drop constraint fk_session_source_ip,
    add constraint fk_session_source_ip foreign key (source_ip) references public.ip_inventory not valid`);
  return database;
}

test("F23: a validation that meets a vacuum is tried again until the vacuum is through", async () => {
  const database = await anUnvalidatedDatabase();
  const vacuum = await holdLock(database, "lock table session_summaries in share update exclusive mode");
  withSettings({ TIDEMARK_INDEX_WAIT_MS: 1_000 });

  const { status, lines } = await run(database.target, {
    onEvent: at("trying again in", () => void vacuum.release()),
  });

  expect(status).toBe("succeeded");
  expect(lines).toContainEqual(expect.stringContaining(`waiting for pid ${vacuum.pid}`));
  expect((await readStatus(database.target)).findings.filter(({ severity }) => severity === "error")).toEqual([]);
});

test("F23: statistics that meet a vacuum wait for it visibly", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  const vacuum = await holdLock(database, "lock table session_summaries in share update exclusive mode");
  let runId = 0;

  const running = run(database.target, {
    onEvent: (event) => {
      if (event.type === "run-started") runId = event.runId;
    },
  });

  try {
    await expect
      .poll(() => waitingOf(database, runId), { timeout: 3_000 })
      .toMatchObject({ blockers: [{ pid: vacuum.pid }] });
  } finally {
    await vacuum.release();
    expect(await running).toMatchObject({ status: "succeeded" });
  }
});

test("F24: a table that somebody else is just creating is looked at again, not failed on", async () => {
  const database = await aCowrieDatabase({ sessions });
  const before = await snapshotOf(database);
  const { tables, constraints } = readDeclaredSchema("public");
  const inventory = tables.find(({ name }) => name === "asn_inventory");
  if (inventory === undefined) throw new Error("asn_inventory is not declared");
  const own = constraints.filter(({ table }) => table === "asn_inventory");
  const application = await database.client();
  await application.query("begin");
  await application.query(createTableSql("public", inventory, own));

  const { status, error } = await run(database.target, {
    onEvent: at(`waiting for pid ${backendPid(application)}`, () => void application.query("commit")),
  });

  expect({ status, error }).toEqual({ status: "succeeded", error: null });
  await expectInvariants(database, { before, finished: true });
});
