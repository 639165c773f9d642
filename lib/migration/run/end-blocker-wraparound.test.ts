import { expect, onTestFinished, test, vi } from "vitest";
import { openClient } from "@/lib/db/client";
import { migrateConsoleSchema } from "@/lib/db/console-migrations";
import { endBlocker, previewBlocker } from "@/lib/migration";
import { tryRunLock } from "@/lib/migration/run/lock";
import { backendPid } from "@/lib/testing/backends";
import { aDatabase } from "@/lib/testing/database";
import { aServer } from "@/lib/testing/servers";

test("never ends an autovacuum that prevents wraparound", async () => {
  const server = await aServer({ autovacuum_naptime: "1s" });
  const database = await aDatabase({ serverUrl: server.url });
  await migrateConsoleSchema(await database.client());
  await database.query(
    `insert into tidemark.runs (kind, status, started_by, epoch) values ('migrate', 'running', 'cli', 1)`,
  );
  // Forced as soon as so many transactions are over, and then so slow that it is met at work.
  await database.query(
    `create table public.busy with (autovacuum_freeze_max_age = 100000, autovacuum_vacuum_cost_delay = 100,
       autovacuum_vacuum_cost_limit = 1) as select repeat('x', 1000) from generate_series(1, 5000)`,
  );
  await database.query("do $$ begin for i in 1..100001 loop perform pg_current_xact_id(); commit; end loop; end $$");
  const readVacuum = async () => {
    const rows = await database.query<{ pid: number; at: string }>(
      `select pid, backend_start::text as at from pg_stat_activity
       where backend_type = 'autovacuum worker' and query like '%public.busy (to prevent wraparound)'`,
    );
    expect(rows).toHaveLength(1);
    return rows[0] as { pid: number; at: string };
  };
  const { pid, at: connectedAt } = await vi.waitFor(readVacuum, { timeout: 30_000, interval: 100 });
  const engine = await openClient(database.target, "tidemark run");
  onTestFinished(() => engine.end().catch(() => {}));
  await tryRunLock(engine);
  engine.query("begin; lock table public.busy").catch(() => {});
  await vi.waitFor(
    async () =>
      expect(await database.query("select pg_blocking_pids($1) as pids", [backendPid(engine)])).toEqual([
        { pids: [pid] },
      ]),
    { timeout: 10_000, interval: 20 },
  );

  const refused = {
    message: `pid ${pid} is an autovacuum that prevents transaction ID wraparound. It is not ended from here.`,
  };
  await expect(previewBlocker(database.target, { runId: 1, pid })).rejects.toMatchObject(refused);
  for (const how of ["cancel", "terminate"] as const) {
    await expect(endBlocker(database.target, { runId: 1, pid, connectedAt, how })).rejects.toMatchObject(refused);
  }
  await readVacuum();
}, 60_000);
