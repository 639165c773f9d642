import { expect, test } from "vitest";
import { logEvent } from "@/lib/contract";
import { openLog, readLog, StaleEpochError } from "@/lib/logs/log-store";
import { aJournalDatabase } from "@/lib/testing/journal-database";

const line = (message: string) => ({ level: "info" as const, phase: "source-ip" as const, message });
const all = { afterSeq: 0, limit: 1_000 };

test("numbers lines without a gap in the order of the calls, twenty at once", async () => {
  const { pool, runId } = await aJournalDatabase();
  const log = openLog(pool(), { runId, epoch: 1 });
  const messages = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
  const written = await Promise.all(messages.map((message) => log.write(line(message))));

  expect(written.map(({ seq, message }) => [seq, message])).toEqual(messages.map((message, i) => [i + 1, message]));
  expect(await readLog(pool(), runId, all)).toEqual(written);
  for (const event of written) logEvent.parse(event);
});

test("two writers of one epoch share the numbers without a gap or a double", async () => {
  const { pool, runId } = await aJournalDatabase();
  const logs = [openLog(pool(), { runId, epoch: 1 }), openLog(pool(), { runId, epoch: 1 })];
  await Promise.all(Array.from({ length: 20 }, (_, i) => logs[i % 2]?.write(line(`${i}`))));
  expect((await readLog(pool(), runId, all)).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
});

test("refuses the line of a holder whose run was claimed by another", async () => {
  const { pool, runId, query } = await aJournalDatabase();
  const log = openLog(pool(), { runId, epoch: 1 });
  await log.write(line("mine"));
  await query("update tidemark.runs set epoch = 2");

  await expect(log.write(line("late"))).rejects.toThrow(StaleEpochError);
  await expect(log.write(line("later"))).rejects.toThrow(StaleEpochError);
  const next = await openLog(pool(), { runId, epoch: 2 }).write(line("theirs"));
  expect(next.seq).toBe(2);
  expect((await readLog(pool(), runId, all)).map(({ message }) => message)).toEqual(["mine", "theirs"]);
});

test("a line that cannot be stored takes no number and stops no other", async () => {
  const { pool, runId } = await aJournalDatabase();
  const log = openLog(pool(), { runId, epoch: 1 });
  const bad = log.write({ ...line("x"), level: null as never });
  const good = log.write(line("good"));
  await expect(bad).rejects.toMatchObject({ code: "23502" });
  expect((await good).seq).toBe(1);
});

test("goes on without loss or repeat when its connection is ended", async () => {
  const { pool, runId, query } = await aJournalDatabase();
  const log = openLog(pool(), { runId, epoch: 1 });
  const messages: string[] = [];
  for (let round = 1; round <= 5; round++) {
    const lines = [`${round}a`, `${round}b`, `${round}c`];
    messages.push(...lines);
    const written = lines.map((message) => log.write(line(message)));
    await written[0];
    await query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tidemark' and datname = current_database()",
    );
    await Promise.all(written);
  }
  expect((await readLog(pool(), runId, all)).map(({ seq, message }) => [seq, message])).toEqual(
    messages.map((message, index) => [index + 1, message]),
  );
});

test("rings with nothing but the id of the run", async () => {
  const { client, pool, runId } = await aJournalDatabase();
  const listener = await client();
  const rung = new Promise((resolve) => listener.once("notification", resolve));
  await listener.query("listen tidemark_log");
  await openLog(pool(), { runId, epoch: 1 }).write(line("x".repeat(20_000)));
  expect(await rung).toMatchObject({ channel: "tidemark_log", payload: String(runId) });
});

test("keeps odd text, without NUL and without passwords", async () => {
  const { pool, runId } = await aJournalDatabase();
  const log = openLog(pool(), { runId, epoch: 1 });
  await log.write(line("a\u0000b\r\ndata: \u2028 \u001b[31m postgres://u:canary@h/d"));
  expect((await readLog(pool(), runId, all))[0]?.message).toBe(
    "a\ufffdb\r\ndata: \u2028 \u001b[31m postgres://u:***@h/d",
  );
});

test("reads a page after a line", async () => {
  const { pool, runId } = await aJournalDatabase();
  const log = openLog(pool(), { runId, epoch: 1 });
  for (let i = 1; i <= 5; i++) await log.write(line(`${i}`));
  expect((await readLog(pool(), runId, { afterSeq: 2, limit: 2 })).map(({ seq }) => seq)).toEqual([3, 4]);
});
