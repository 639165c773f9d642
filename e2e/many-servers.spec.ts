import { setTimeout as wait } from "node:timers/promises";
import { type Console, expect, test } from "@/e2e/fixtures";
import { type RunEnd, runEnd } from "@/lib/contract";
import { openClient } from "@/lib/db/client";
import { startRun } from "@/lib/migration";
import { signIn } from "@/scripts/signed-in";

/** Whether the run is executed by this server now, or was at some time. */
const hasTaken = (server: Console) => server.output().includes("Run 1 (migrate) begins in this process");

/** Follows the log of run 1 at whichever of the servers of the moment answers, as a page does: comes back behind the last line. */
async function follow(servers: () => Console[], cookie: string): Promise<number[]> {
  const seqs: number[] = [];
  for (let turn = 0; ; turn += 1) {
    const present = servers();
    const server = present[turn % present.length] as Console;
    const headers = { cookie, accept: "text/event-stream", "last-event-id": String(seqs.at(-1) ?? 0) };
    try {
      const answer = await fetch(`${server.baseURL}/api/runs/1/events`, { headers });
      const end = await readEvents(answer, (seq) => seqs.push(seq));
      if (end?.status === "succeeded") return seqs;
    } catch {
      // That server is gone, or went in the middle of it.
    }
    await wait(50);
  }
}

async function readEvents({ body }: Response, onLine: (seq: number) => void): Promise<RunEnd | null> {
  let text = "";
  for await (const chunk of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      const data = /^data: (.*)$/m.exec(event)?.[1] ?? "";
      const name = /^event: (.*)$/m.exec(event)?.[1];
      if (name === "log") onLine(JSON.parse(data).seq);
      if (name === "end") return runEnd.parse(JSON.parse(data));
    }
  }
  return null;
}

/** Writes sessions as ingest does, until it is stopped; gives the ids of those that were acknowledged. */
function startWriting(console: Console) {
  const written: string[] = [];
  const errors: unknown[] = [];
  let isStopped = false;
  const writing = (async () => {
    const client = await openClient(console.target, "ingest");
    for (let n = 1; !isStopped; n += 1) {
      const id = `written-${n}`;
      await client.query("insert into public.session_summaries (session_id, event_count) values ($1, 1)", [id]).then(
        () => written.push(id),
        (cause: unknown) => errors.push(cause),
      );
      await wait(20);
    }
    await client.end();
  })();
  return {
    errors,
    async stop() {
      isStopped = true;
      await writing;
      return written;
    },
  };
}

test.describe("three servers on one database", () => {
  test.use({ settings: { TIDEMARK_RESUME: "auto" } });

  test("F3, F29: that are killed in turn under ingest lose no line of a run, and each stops within 5 s with its streams open", async ({
    console,
    openConsole,
    credentials,
  }) => {
    test.setTimeout(180_000);
    const more = () => openConsole(console.target.connectionString, { TIDEMARK_RESUME: "auto" });
    const servers = [console, await more(), await more()];
    const cookie = await signIn(console.baseURL, credentials);
    const ingest = startWriting(console);
    // Whoever holds this lock keeps the run waiting for its first column.
    const holder = await openClient(console.target);
    await holder.query("begin; lock table public.session_summaries in share update exclusive mode");
    await startRun(console.target, { kind: "migrate", startedBy: "web" });
    const followed = [follow(() => servers, cookie), follow(() => servers.toReversed(), cookie)];

    for (const how of ["SIGTERM", "SIGKILL", "SIGTERM"] as const) {
      const alive = () => servers.filter(hasTaken);
      await expect.poll(() => alive().length, { timeout: 30_000 }).toBe(1);
      const [executing] = alive() as [Console];
      // A rolling restart: the next one is there before this one goes.
      const next = await more();
      if (how === "SIGKILL") process.kill(executing.pid ?? 0, "SIGKILL");
      else {
        const askedAt = performance.now();
        expect(await executing.stop()).toBe(0);
        expect(performance.now() - askedAt).toBeLessThan(5_000);
      }
      servers.splice(servers.indexOf(executing), 1, next);
    }
    await holder.query("rollback");
    await holder.end();

    const [one = [], other = []] = await Promise.all(followed);
    const written = await ingest.stop();
    const [stored] = await console.query<{ lines: number }>("select count(*)::int as lines from tidemark.log_lines");
    expect(one).toEqual(Array.from({ length: stored?.lines ?? 0 }, (_, index) => index + 1));
    expect(other).toEqual(one);
    expect(await console.query("select id, status, epoch from tidemark.runs")).toEqual([
      { id: 1, status: "succeeded", epoch: 4 },
    ]);
    expect(ingest.errors).toEqual([]);
    const [kept] = await console.query<{ n: number }>(
      "select count(*)::int as n from public.session_summaries where session_id = any($1)",
      [written],
    );
    expect(kept).toEqual({ n: written.length });
    expect(written.length).toBeGreaterThan(50);
  });
});
