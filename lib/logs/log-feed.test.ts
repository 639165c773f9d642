import { expect, test } from "vitest";
import type { FeedItem } from "@/lib/logs/feed-item";
import { type FeedSource, followRun, UnknownRunError } from "@/lib/logs/log-feed";
import { type LogWriter, notifyRun, openLog } from "@/lib/logs/log-store";
import { aJournalDatabase, type JournalDatabase } from "@/lib/testing/journal-database";

const line = (message: string) => ({ level: "info" as const, phase: null, message });
const finish = "update tidemark.runs set status = 'succeeded', finished_at = now()";
const listeners = `
  select pid from pg_stat_activity
  where application_name = 'tidemark log feed' and datname = current_database()`;

interface Journal extends JournalDatabase {
  source: FeedSource;
  log: LogWriter;
  finish(): Promise<void>;
}

async function aJournal(): Promise<Journal> {
  const database = await aJournalDatabase();
  const pool = database.pool();
  return {
    ...database,
    source: { target: database.target, pool, readRun: database.readRun },
    log: openLog(pool, { runId: database.runId, epoch: 1 }),
    async finish() {
      await database.query(finish);
      await notifyRun(pool, database.runId);
    },
  };
}

const never = () => new AbortController().signal;

async function collect(items: AsyncIterable<FeedItem>, onItem: (item: FeedItem) => unknown = () => {}) {
  const collected: FeedItem[] = [];
  for await (const item of items) {
    collected.push(item);
    await onItem(item);
  }
  return collected;
}

const seqs = (items: FeedItem[]) => items.flatMap((item) => (item.type === "log" ? [item.seq] : []));
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

test("gives a snapshot, the stored lines, the live ones, and the end after the last line", async () => {
  const journal = await aJournal();
  await journal.log.write(line("before"));
  const items = await collect(followRun(journal.source, journal.runId, { signal: never() }), async (item) => {
    if (item.type !== "log" || item.message !== "before") return;
    await journal.log.write(line("after"));
    await journal.finish();
  });
  expect(items.map((item) => item.type)).toEqual(["run", "log", "log", "run", "end"]);
  expect(seqs(items)).toEqual([1, 2]);
  expect(items.at(-1)).toEqual({ type: "end", status: "succeeded", error: null });
});

test("goes on after the line that was seen last", async () => {
  const journal = await aJournal();
  for (let i = 1; i <= 7; i++) await journal.log.write(line(`${i}`));
  await journal.finish();
  const items = await collect(followRun(journal.source, journal.runId, { afterSeq: 4, signal: never() }));
  expect(items.map((item) => item.type)).toEqual(["run", "log", "log", "log", "end"]);
  expect(seqs(items)).toEqual([5, 6, 7]);
});

test("tells each phase and its progress", async () => {
  const journal = await aJournal();
  const started: string[] = [];
  const items = await collect(followRun(journal.source, journal.runId, { signal: never() }), async (item) => {
    started.push(item.type);
    if (item.type === "run" && started.length === 1) {
      await journal.query(
        "insert into tidemark.run_phases (run_id, phase, state, started_at) values ($1, 'source-ip', 'running', now())",
        [journal.runId],
      );
      await notifyRun(journal.source.pool, journal.runId);
    } else if (item.type === "phase" && item.phase.state === "running") {
      await journal.query("update tidemark.run_phases set done = 10, total = 20");
      await notifyRun(journal.source.pool, journal.runId);
    } else if (item.type === "progress") {
      await journal.query("update tidemark.run_phases set state = 'complete', finished_at = now(), rows = 20");
      await journal.finish();
    }
  });
  expect(items.map((item) => item.type)).toEqual(["run", "phase", "progress", "phase", "run", "end"]);
  expect(items[2]).toMatchObject({ phase: "source-ip", done: 10, total: 20 });
});

test("loses and repeats nothing while its LISTEN connection is ended again and again", async () => {
  const journal = await aJournal();
  const following = collect(followRun(journal.source, journal.runId, { signal: never() }));
  for (let i = 1; i <= 100; i++) {
    await journal.log.write(line(`${i}`));
    if (i % 10 === 0) await journal.query(`select pg_terminate_backend(pid) from (${listeners}) feed`);
  }
  await journal.finish();
  expect(seqs(await following)).toEqual(upTo(100));
});

test("loses and repeats nothing while the connections it reads with are ended", async () => {
  const journal = await aJournal();
  const reader = journal.pool();
  const source = { ...journal.source, pool: reader };
  let isFirst = true;
  const items = await collect(followRun(source, journal.runId, { signal: never() }), async (item) => {
    if (item.type === "run" && isFirst) {
      isFirst = false;
      await journal.log.write(line("1"));
    } else if (item.type === "log" && item.seq < 4) {
      await journal.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      );
      await journal.log.write(line(`${item.seq + 1}`));
    } else if (item.type === "log") {
      await journal.finish();
    }
  });
  expect(seqs(items)).toEqual([1, 2, 3, 4]);
});

test("many followers share one LISTEN connection, and the last one takes it down", async () => {
  const journal = await aJournal();
  const followers = Array.from({ length: 20 }, () =>
    collect(followRun(journal.source, journal.runId, { signal: never() })),
  );
  await expect.poll(() => journal.query(listeners)).toHaveLength(1);
  for (let i = 1; i <= 50; i++) await journal.log.write(line(`${i}`));
  expect(await journal.query(listeners)).toHaveLength(1);
  await journal.finish();

  for (const items of await Promise.all(followers)) expect(seqs(items)).toEqual(upTo(50));
  await expect.poll(() => journal.query(listeners)).toEqual([]);
});

test("reads no further than its consumer takes", async () => {
  const journal = await aJournal();
  await journal.query(
    `insert into tidemark.log_lines (run_id, seq, level, message)
     select $1, n, 'info', 'line ' || n from generate_series(1, 1600) n`,
    [journal.runId],
  );
  await journal.query("update tidemark.runs set last_seq = 1600");
  const items = followRun(journal.source, journal.runId, { signal: never() });
  for (let taken = 0; taken <= 500; taken++) await items.next();
  await journal.query("delete from tidemark.log_lines where seq > 500");
  await journal.log.write(line("the next read finds this one"));

  expect((await items.next()).value).toMatchObject({ seq: 1601 });
  await items.return();
});

test("ends at once and hangs up when its signal aborts", async () => {
  const journal = await aJournal();
  const viewer = new AbortController();
  const following = collect(followRun(journal.source, journal.runId, { signal: viewer.signal }));
  await expect.poll(() => journal.query(listeners)).toHaveLength(1);
  viewer.abort();
  expect((await following).map((item) => item.type)).toEqual(["run"]);
  await expect.poll(() => journal.query(listeners)).toEqual([]);
});

test("knows no run that does not exist", async () => {
  const journal = await aJournal();
  await expect(collect(followRun(journal.source, 4711, { signal: never() }))).rejects.toThrow(UnknownRunError);
  await expect.poll(() => journal.query(listeners)).toEqual([]);
});
