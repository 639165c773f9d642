import { expect, onTestFinished, test } from "vitest";
import { qualify } from "@/lib/db/identifier";
import { closePools } from "@/lib/db/pool";
import { previewReset, readCoverage, readOutlook, readPlan, readStatus, resetToEnd, runToEnd } from "@/lib/migration";
import { aCowrieDatabase } from "@/lib/testing/database";
import { executeTidemark } from "@/lib/testing/tidemark-command";

/** A name that would end every kind of quotation, and then some. */
const HOSTILE = `it's "x"; drop table public.witness; $$ -- \\ %I`;

test("S20: a schema of a hostile name is migrated and reset like any other", async () => {
  onTestFinished(closePools);
  const sessions = [{ sessionId: "a", enrichment: { cymru: { asn: 64501, country: "NL" } } }, { sessionId: "b" }];
  const { target, query } = await aCowrieDatabase({ schema: HOSTILE, sessions });
  await query("create table public.witness (n integer)");

  expect(await readStatus(target)).toMatchObject({ verdict: "ready", database: { schema: HOSTILE } });
  expect((await readPlan(target)).steps.length).toBeGreaterThan(10);
  expect(await readOutlook(target)).not.toEqual([]);
  const forever = new AbortController().signal;
  const run = { startedBy: "test", signal: forever, onEvent: () => {} };
  expect(await runToEnd(target, { kind: "migrate", ...run })).toMatchObject({ status: "succeeded", error: null });
  expect(await readStatus(target)).toMatchObject({ verdict: "migrated" });
  expect(await readOutlook(target)).not.toEqual([]);
  expect((await readCoverage(target)).sessions.withAsn).toBe(1);
  expect((await previewReset(target)).objects).not.toEqual([]);
  const [{ name } = { name: "" }] = await query<{ name: string }>("select current_database() as name");
  expect(await resetToEnd(target, { confirm: name, onPreview: () => {}, ...run })).toMatchObject({
    status: "succeeded",
  });
  expect(await readStatus(target)).toMatchObject({ verdict: "ready" });
  expect(await query(`select session_id from ${qualify(HOSTILE, "session_summaries")} order by 1`)).toHaveLength(2);
  expect(await query("select to_regclass('public.witness') is not null as there")).toEqual([{ there: true }]);
});

test.each([`"; drop table public.witness; --`, "' or 1=1 --", "a\u0000b", "x".repeat(200)])(
  "S20: names and numbers of a command line are values, never SQL: %s",
  async (hostile) => {
    onTestFinished(closePools);
    const { target, query } = await aCowrieDatabase();
    await query("create table public.witness (n integer)");
    const environment = { DATABASE_URL: target.connectionString };
    const commands = [
      ["logs", hostile],
      ["pause", hostile],
      ["reset", "--confirm", hostile],
      ["speed", "1", hostile],
    ];
    for (const args of commands) {
      const { exitCode } = await executeTidemark(args, environment);
      expect([2, 4], args.join(" ")).toContain(exitCode);
    }
    const { exitCode } = await executeTidemark(["status"], { ...environment, TIDEMARK_SCHEMA: hostile });
    expect([2, 4]).toContain(exitCode);
    expect(await query("select to_regclass('public.witness') is not null as there")).toEqual([{ there: true }]);
  },
);
