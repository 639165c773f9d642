import { expect, onTestFinished, test, vi } from "vitest";
import { schemaReport } from "@/lib/contract";
import { readSchemaWithBuilds } from "@/lib/queries/index-builds";
import { aCowrieDatabase } from "@/lib/testing/database";

test("an index that is being built says how far, whom it waits for, and nothing once it is there", async () => {
  const database = await aCowrieDatabase();
  const [writer, builder] = [await database.client(), await database.client()];
  const index = async () => {
    const report = schemaReport.parse(await readSchemaWithBuilds(database.target));
    return report.indexes.find(({ name }) => name === "idx_of_somebody");
  };
  await writer.query("begin; lock table public.session_summaries in row exclusive mode");
  const { rows } = await writer.query<{ pid: number }>("select pg_backend_pid() as pid");
  const build = builder.query("create index concurrently idx_of_somebody on public.session_summaries (risk_score)");
  onTestFinished(() => void build.catch(() => {}));

  await vi.waitFor(async () => {
    expect(await index()).toMatchObject({
      state: "extra",
      build: { stage: "waiting for writers before build", unit: "sessions", done: 0, total: 1, waitsFor: rows[0]?.pid },
    });
  }, 10_000);

  await writer.query("rollback");
  await build;
  expect(await index()).toMatchObject({ state: "extra" });
  expect(await index()).not.toHaveProperty("build");
});
