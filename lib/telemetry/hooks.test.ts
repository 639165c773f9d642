import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { GATE_IDS, type HookEvent, hookEvent } from "@/lib/contract";
import { closePools } from "@/lib/db/pool";
import { readLogLines } from "@/lib/migration";
import { type Hook, signHook, tellNews } from "@/lib/telemetry/hooks";
import { openProcessLog } from "@/lib/telemetry/process-log";
import { aStream } from "@/lib/testing/captured-stream";
import type { TestDatabase } from "@/lib/testing/database";
import { aJournalDatabase } from "@/lib/testing/journal-database";

const SECRET = "q8Zr2vXK0nE5sL1uYd7GhTjPw3BcMf6A9xR4oViNkQe=";

/** A webhook that answers with `statuses` in turn, then 204, and keeps what it was sent. */
async function aReceiver(statuses: number[] = []) {
  const received: { event: HookEvent; isSigned: boolean; delivery: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const [, at = "", digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers["tidemark-signature"])) ?? [];
    const expected = createHmac("sha256", SECRET).update(`${at}.${body}`).digest("hex");
    const event = hookEvent.parse(JSON.parse(body));
    received.push({ event, isSigned: digest === expected, delivery: String(request.headers["tidemark-delivery"]) });
    const status = statuses.shift() ?? 204;
    response.writeHead(status, status === 302 ? { location: "http://127.0.0.1:1/elsewhere" } : {}).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const hook: Hook = { url: new URL(`http://127.0.0.1:${port}/services/canary-in-the-path`), secret: SECRET };
  return { hook, received };
}

/** One look at the journal, as every process does every two seconds. */
async function look(database: TestDatabase, hook: Hook): Promise<string> {
  const sink = aStream();
  await tellNews(database.target, {
    hook,
    place: { database: "cowrie", origin: "https://tidemark.example.org", blockedMs: 30_000 },
    log: openProcessLog("worker", sink),
    signal: new AbortController().signal,
  });
  return sink.text();
}

/** A journal with one migration that has just succeeded, and with figures that it counted. */
async function aMigratedHoneypot(): Promise<TestDatabase> {
  onTestFinished(closePools);
  const database = await aJournalDatabase();
  await database.query("update tidemark.runs set status = 'succeeded', finished_at = clock_timestamp()");
  const gates = GATE_IDS.map((id) => ({ id, threshold: 0, value: 0, passed: true, detail: "" }));
  await database.query("insert into tidemark.measures (name, value, is_exact) values ('coverage', $1, true)", [
    JSON.stringify({ gates, measuredAt: "2025-12-31T00:00:00.000Z" }),
  ]);
  return database;
}

/** Makes every delivery due that is still to be tried again. */
const hurry = (database: TestDatabase) =>
  database.query("update tidemark.hook_deliveries set next_attempt_at = clock_timestamp()");

const messages = async (database: TestDatabase) =>
  (await readLogLines(database.target, 1, { afterSeq: 0 })).map(({ message }) => message);

test("the end of a run is told once, signed, by whichever process looks, and the journal says so", async () => {
  const database = await aMigratedHoneypot();
  const { hook, received } = await aReceiver();

  await Promise.all([look(database, hook), look(database, hook), look(database, hook)]);
  await look(database, hook);

  expect(received).toMatchObject([
    {
      isSigned: true,
      delivery: "run-finished:1:1",
      event: {
        event: "run-finished",
        database: "cowrie",
        run: { id: 1, kind: "migrate", status: "succeeded", url: "https://tidemark.example.org/runs/1" },
        sqlstate: null,
      },
    },
  ]);
  expect(await messages(database)).toContain(`Told the webhook ${hook.url.host}: run-finished`);
});

test("what is not taken is tried again with growing pauses, also by another process, and given up in the end", async () => {
  const database = await aMigratedHoneypot();
  const { hook, received } = await aReceiver([503, 302, ...Array<number>(20).fill(500)]);

  const said = await look(database, hook);
  expect(said).toContain('"problem":"HTTP 503"');
  expect(said).not.toContain("canary");
  await look(database, hook);
  expect(received).toHaveLength(1);
  const pause =
    "select extract(epoch from next_attempt_at - clock_timestamp())::float8 as s, last_error from tidemark.hook_deliveries";
  const [first] = await database.query<{ s: number; last_error: string }>(pause);
  await hurry(database);
  await look(database, hook);
  const [second] = await database.query<{ s: number; last_error: string }>(pause);
  // A redirect is not followed: what was signed for one place goes nowhere else.
  expect(second?.last_error).not.toMatch(/^HTTP 2/);
  expect(second?.s).toBeGreaterThan(first?.s ?? 0);

  for (let attempt = 3; attempt <= 12; attempt += 1) {
    await hurry(database);
    await look(database, hook);
  }
  await hurry(database);
  await look(database, hook);
  expect(received).toHaveLength(12);
  expect(await messages(database)).toContain(
    `The webhook ${hook.url.host} could not be told of run-finished in 12 tries (HTTP 500)`,
  );
});

test("a run that waits for long is told once, without what others' sessions execute", async () => {
  const database = await aMigratedHoneypot();
  const { hook, received } = await aReceiver();
  await look(database, hook);
  await database.query(
    `insert into tidemark.runs (kind, status, started_by, epoch, waiting) values
     ('catch-up', 'running', 'web', 1, jsonb_build_object('step', 'sweep', 'since', to_char(clock_timestamp() at time zone 'UTC' - interval '40 s', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'blockers', '[{"pid": 7, "user": "report", "application": "nightly", "state": "active", "since": null, "query": "select canary"}]'::jsonb))`,
  );
  await look(database, hook);
  await look(database, hook);
  expect(received.slice(1)).toMatchObject([
    { event: { event: "run-blocked", run: { id: 2 }, step: "sweep", blockers: [{ pid: 7, user: "report" }] } },
  ]);
  expect(JSON.stringify(received)).not.toContain("canary");
});

test("a gate that passes or misses is told when it changes, and not before there was anything to compare with", async () => {
  const database = await aMigratedHoneypot();
  const { hook, received } = await aReceiver();
  await look(database, hook);
  await database.query(
    `update tidemark.measures set value = jsonb_set(
       jsonb_set(value, '{gates,2}', '{"id": "zero-data-loss", "threshold": 0, "value": 3, "passed": false, "detail": "3 sessions"}'),
       '{measuredAt}', '"2026-01-01T00:00:00.000Z"')
     where name = 'coverage'`,
  );
  await look(database, hook);
  await look(database, hook);
  expect(received.map(({ event }) => event.event)).toEqual(["run-finished", "gate-changed"]);
  expect(received[1]?.event).toMatchObject({ gate: { id: "zero-data-loss", value: 3, passed: false }, before: true });
});

test("old news is not told when a webhook is set for the first time", async () => {
  const database = await aMigratedHoneypot();
  await database.query("update tidemark.runs set finished_at = finished_at - interval '2 hours'");
  const { hook, received } = await aReceiver();
  await look(database, hook);
  expect(received).toEqual([]);
});

test("the signature is one that the code of docs/monitoring.md takes, and only while it is fresh and whole", async () => {
  const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/monitoring.md"), "utf8");
  const code = /^```js\n(.*?)^```$/ms.exec(page)?.[1] ?? "";
  const { isFromTidemark } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
  const body = '{"event":"run-finished"}';
  const now = Math.floor(Date.now() / 1_000);
  expect(isFromTidemark(signHook(body, now, SECRET), body, SECRET)).toBe(true);
  expect(isFromTidemark(signHook(body, now - 3_600, SECRET), body, SECRET)).toBe(false);
  expect(isFromTidemark(signHook(body, now, `${SECRET}x`), body, SECRET)).toBe(false);
  expect(isFromTidemark(signHook(body, now, SECRET), `${body} `, SECRET)).toBe(false);
  expect(isFromTidemark("t=,v1=", body, SECRET)).toBe(false);
});
