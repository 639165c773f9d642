import { expect, test } from "vitest";
import { readRuns, startRun } from "@/lib/migration";
import { runLockHolder } from "@/lib/testing/backends";
import { aCowrieDatabase } from "@/lib/testing/database";
import { migrateAgain, type Place, runUntilStopped } from "@/lib/testing/failpoint-runs";
import { aHoneypot } from "@/lib/testing/honeypot";
import { expectInvariants, snapshotOf } from "@/lib/testing/invariants";

const sessions = Array.from({ length: 60 }, (_, index) => ({
  sessionId: `s${index}`,
  enrichment: { dshield: { ip: { number: `203.0.113.${index % 7}`, as: 64500 + (index % 2), ascountry: "SE" } } },
}));

test("F28: of three commands at once one wins, and each of the others is told which", async () => {
  const database = await aCowrieDatabase({ sessions });
  const before = await snapshotOf(database);
  const winner = await runUntilStopped(database.target, "batch-open");

  const others = await Promise.all([migrateAgain(database.target), migrateAgain(database.target)]);

  for (const other of others) {
    expect(other.exitCode).toBe(3);
    expect(JSON.parse(other.stdout)).toMatchObject({
      error: { code: "active-run", activeRun: { id: 1, startedBy: "cli" } },
    });
  }
  await expect(startRun(database.target, { kind: "reset", startedBy: "web" })).rejects.toMatchObject({
    code: "active-run",
  });
  winner.process.kill("SIGCONT");
  expect(await winner.finished).toMatchObject({ exitCode: 0 });
  await expectInvariants(database, { before, finished: true });
});

/** Batches small enough that a few hundred sessions take several. */
const SMALL_BATCHES = { TIDEMARK_BATCH_TARGET_MS: "10" };

test.each<Place>(["batch-open@2", "batch-done@2"])(
  "F31: a process that was frozen at %s and wakes after its run was taken over commits nothing more",
  async (place) => {
    const database = await aHoneypot({ sessions: 3_000, addresses: 40 });
    const before = await snapshotOf(database);
    const zombie = await runUntilStopped(database.target, place, ["migrate", "--json"], SMALL_BATCHES);
    // As when its machine was cut off, so that the server has given up every connection of it.
    await database.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name in ('tidemark', 'tidemark run', 'tidemark sweep')",
    );
    await expect.poll(() => runLockHolder(database), { timeout: 10_000 }).toBeNull();

    const heir = await migrateAgain(database.target);
    expect(heir).toMatchObject({ exitCode: 0 });
    const lastSeq = "select max(seq) as seq from tidemark.log_lines";
    const [told] = await database.query(lastSeq);

    zombie.process.kill("SIGCONT");
    const woken = await zombie.finished;

    expect(woken.stdout.trim().split("\n").at(-1)).toContain('"status":"interrupted"');
    expect(await database.query(lastSeq)).toEqual([told]);
    expect(await readRuns(database.target)).toMatchObject([{ id: 1, status: "succeeded" }]);
    await expectInvariants(database, { before, finished: true, said: [woken.stdout, woken.stderr, heir.stdout] });
  },
);
