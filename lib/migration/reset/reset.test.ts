import { expect, test } from "vitest";
import { readDatabaseAddress } from "@/lib/db/client";
import {
  followRun,
  issueResetToken,
  previewReset,
  readRun,
  readStatus,
  resetToEnd,
  runWorker,
  startReset,
} from "@/lib/migration";
import { aCowrieDatabase, type TestDatabase } from "@/lib/testing/database";
import { reset, run } from "@/lib/testing/running";

const sessions = [{ sessionId: "a", enrichment: { dshield: { ip: { number: "198.51.100.1", as: 64500 } } } }];
const nameOf = (database: TestDatabase) => readDatabaseAddress(database.target.connectionString).name;
const quiet = { startedBy: "cli", signal: new AbortController().signal, onPreview: () => {}, onEvent: () => {} };

test("previews exactly what goes, with rows, and what is lost for good", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query("update public.ip_inventory set enrichment_updated_at = now()");

  const preview = await previewReset(database.target);

  expect(
    preview.objects
      .filter((object) => object.kind === "table")
      .map(({ object, rows, rebuildable }) => [object, rows, rebuildable]),
  ).toEqual([
    ["public.ip_asn_history", 0, true],
    ["public.ip_inventory", 1, false],
    ["public.asn_inventory", 1, true],
  ]);
  expect(preview.objects.filter((object) => object.kind === "column")).toHaveLength(5);
  expect(preview.objects.filter((object) => object.kind === "index")).toHaveLength(5);
  expect(preview.lost).toEqual([{ object: "public.ip_inventory", rows: 1 }]);
  expect(preview.sql.at(-2)).toContain("set value = '15'");
});

test("previews what others built on our columns, which goes with them and cannot be built again", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query("create index ix_lower on public.session_summaries (lower(source_ip))");
  await database.query("create index ix_known on public.session_summaries (matcher) where snapshot_asn is not null");
  await database.query("create index ix_kept on public.session_summaries (matcher)");
  await database.query("alter table public.session_summaries add constraint asn_known check (snapshot_asn <> 7)");

  const preview = await previewReset(database.target);
  const foreign = preview.objects.filter(({ kind, rebuildable }) => kind !== "table" && !rebuildable);

  expect(foreign.map(({ object }) => object).toSorted()).toEqual([
    "public.ix_known",
    "public.ix_lower",
    "public.session_summaries.asn_known",
  ]);
  expect((await reset(database.target)).error).toBeNull();
  expect(await database.query("select to_regclass('public.ix_kept')::text as name")).toEqual([
    { name: "public.ix_kept" },
  ]);
});

test("the previewed SQL, sent as it is, does what the reset does", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);

  await database.query((await previewReset(database.target)).sql.join("\n"));

  expect(await readStatus(database.target)).toMatchObject({
    version: { recorded: "15", observed: "v15" },
    verdict: "ready",
  });
});

test("refuses while a view depends on what goes, and changes nothing", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query("create view public.top_sources as select ip_address from public.ip_inventory");

  await expect(reset(database.target)).rejects.toMatchObject({
    code: "not-eligible",
    message: expect.stringContaining("top_sources"),
  });

  expect((await readStatus(database.target)).version.observed).toBe("v16");
  expect((await previewReset(database.target)).dependents).toEqual([
    { kind: "view", object: "public.top_sources", definition: expect.stringContaining("ip_inventory") },
  ]);
});

test.each([
  ["another name", (database: TestDatabase) => ({ confirm: nameOf(database).toUpperCase() }), "usage"],
  ["another hash", (database: TestDatabase) => ({ confirm: nameOf(database), expect: "0".repeat(64) }), "not-eligible"],
] as const)("refuses %s", async (_what, confirmation, code) => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);

  await expect(resetToEnd(database.target, { ...quiet, ...confirmation(database) })).rejects.toMatchObject({ code });
  expect((await readStatus(database.target)).version.recorded).toBe("16");
});

test("a recorded 17 is never reset", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  await database.query("update public.schema_state set value = '17' where key = 'schema_version'");

  await expect(reset(database.target)).rejects.toMatchObject({ code: "not-eligible" });
});

test("with nothing to drop it only writes 15", async () => {
  const database = await aCowrieDatabase({ sessions });
  await database.query("update public.schema_state set value = '16' where key = 'schema_version'");
  expect((await readStatus(database.target)).findings).toContainEqual(
    expect.objectContaining({
      kind: "wrong-version",
      severity: "error",
      message: expect.stringContaining("schema version is still v16 after cleanup"),
    }),
  );

  expect((await reset(database.target)).status).toBe("succeeded");

  expect(await readStatus(database.target)).toMatchObject({ version: { recorded: "15" }, verdict: "ready" });
});

test("a confirmation of the web is good once, and only for the preview it was issued with", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  const { hash } = await previewReset(database.target);
  const token = await issueResetToken(database.target, hash);
  const confirmed = { confirm: nameOf(database), token, expect: hash, startedBy: "web" };

  await expect(startReset(database.target, { ...confirmed, token: "forged" })).rejects.toMatchObject({
    code: "not-eligible",
  });
  const { runId } = await startReset(database.target, confirmed);
  await expect(startReset(database.target, confirmed)).rejects.toMatchObject({ code: "not-eligible" });

  const stop = new AbortController();
  const worker = runWorker(database.target, { signal: stop.signal });
  for await (const item of followRun(database.target, runId, { afterSeq: 0, signal: AbortSignal.timeout(30_000) }))
    void item;
  stop.abort();
  await worker;
  expect(await readStatus(database.target)).toMatchObject({ version: { recorded: "15", observed: "v15" } });
});

test("a confirmed reset that waited too long for a worker is not executed", async () => {
  const database = await aCowrieDatabase({ sessions });
  await run(database.target);
  const { hash } = await previewReset(database.target);
  const token = await issueResetToken(database.target, hash);
  const request = { confirm: nameOf(database), token, expect: hash, startedBy: "web" };
  const { runId } = await startReset(database.target, request);
  await database.query("update tidemark.runs set started_at = started_at - interval '6 minutes' where id = $1", [
    runId,
  ]);

  const stop = new AbortController();
  const worker = runWorker(database.target, { signal: stop.signal });
  for await (const item of followRun(database.target, runId, { afterSeq: 0, signal: AbortSignal.timeout(30_000) }))
    void item;
  stop.abort();
  await worker;

  expect(await readRun(database.target, runId)).toMatchObject({
    status: "failed",
    error: { message: expect.stringContaining("more than 5 minutes ago") },
  });
  expect((await readStatus(database.target)).version).toMatchObject({ recorded: "16", observed: "v16" });
});
