import { readdirSync } from "node:fs";
import path from "node:path";
import { readAction } from "@/e2e/doors";
import { expect, test } from "@/e2e/fixtures";
import { type RawRequest, send } from "@/e2e/raw-request";
import { RATES } from "@/lib/http/rate-limit";
import { signIn } from "@/scripts/signed-in";

const BUILD = path.resolve(import.meta.dirname, "../.next");
const EVIL = "http://evil.example";
const COUNT_RUNS = "select count(*)::int as runs from tidemark.runs";

/** Presses Run migration as its page does, or with other headers, or another body. */
function press(baseURL: string, cookie: string, change: Partial<RawRequest> = {}) {
  const { id, path } = readAction("runMigration");
  const asked = { speed: "normal", until: null, recreatedDependents: [] };
  const headers = { cookie, "next-action": id, "content-type": "text/plain;charset=UTF-8", ...change.headers };
  return send(baseURL, { method: "POST", path, body: JSON.stringify([asked]), ...change, headers });
}

test.describe("a change", () => {
  test.use({ settings: { TIDEMARK_WORKER: "off" } });

  test("S3, S4, S14, S20, S28: is taken from the console's own pages, of bounded length, with what a page sends", async ({
    console,
    credentials,
  }) => {
    const { baseURL } = console;
    const cookie = await signIn(baseURL, credentials);
    const own = new URL(baseURL).host;
    const forged: Record<string, string>[] = [
      {},
      { origin: "null" },
      { origin: EVIL },
      { origin: "http://127.0.0.1:1" },
      { origin: `${baseURL}.evil.example` },
      { origin: baseURL, host: "evil.example" },
      { origin: EVIL, host: own, "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" },
      { origin: EVIL, host: "evil.example", "x-forwarded-host": own, forwarded: `host=${own}` },
      { origin: baseURL, "sec-fetch-site": "cross-site" },
      { origin: baseURL, "sec-fetch-site": "same-site" },
    ];
    for (const headers of forged) {
      const label = JSON.stringify(headers);
      expect(`${label} ${(await press(baseURL, cookie, { headers })).status}`).toBe(`${label} 403`);
      for (const route of ["/api/status", "/api/runs/1/events", "/api/auth/sign-out", "/theme.js"]) {
        const answer = await send(baseURL, { method: "POST", path: route, headers });
        expect(`${route} ${label} ${answer.status}`).toBe(`${route} ${label} 403`);
      }
    }

    const headers = { origin: baseURL };
    const long = "x".repeat(100_001);
    expect((await press(baseURL, cookie, { headers, body: long })).status).toBe(413);
    expect((await press(baseURL, cookie, { headers, isChunked: true })).status).toBe(411);
    for (const route of ["/api/auth/sign-in", "/api/status", "/"]) {
      const answer = await send(baseURL, { method: "POST", path: route, headers, body: long });
      expect(`${route} ${answer.status}`).toBe(`${route} 413`);
    }

    const hostile: unknown[] = [
      { speed: "normal'; drop table tidemark.runs; --", until: null, recreatedDependents: [] },
      { speed: "normal", until: "now(); drop table tidemark.runs", recreatedDependents: [] },
      { speed: "normal", until: null, recreatedDependents: "public.v; drop table tidemark.runs" },
      { speed: "normal", until: null, recreatedDependents: [{ sql: "drop table tidemark.runs" }] },
      { connectionString: "postgres://evil.example/x", sql: "drop table tidemark.runs" },
      ["a", "b"],
      "x".repeat(5_000),
      null,
      7,
    ];
    for (const argument of hostile) {
      const { status, text } = await press(baseURL, cookie, { headers, body: JSON.stringify([argument]) });
      expect(`${JSON.stringify(argument)} ${status}`).toBe(`${JSON.stringify(argument)} 200`);
      expect(text).toContain('"code":"usage"');
    }
    for (const body of ["", "null", "{", '["$F1"]', '[{"__proto__":{"speed":"normal"}}]', '["$@1"]', "\u0000"]) {
      await press(baseURL, cookie, { headers, body });
    }
    expect(await console.query(COUNT_RUNS)).toEqual([{ runs: 0 }]);
    expect((await send(baseURL, { path: "/api/health" })).status).toBe(200);

    // The same, as its page sends it.
    expect((await press(baseURL, cookie, { headers })).status).toBe(200);
    expect(await console.query(COUNT_RUNS)).toEqual([{ runs: 1 }]);
  });

  test("S14: that is asked for too often is refused by every server of the console together", async ({
    console,
    credentials,
    openConsole,
  }) => {
    const second = await openConsole(console.target.connectionString, { TIDEMARK_WORKER: "off" });
    const cookie = await signIn(console.baseURL, credentials);
    const texts: string[] = [];
    for (let i = 0; i <= RATES.start; i += 1) {
      const { baseURL } = i % 2 === 0 ? console : second;
      texts.push((await press(baseURL, cookie, { headers: { origin: baseURL } })).text);
    }
    expect(texts.slice(0, -1).filter((text) => text.includes("too-many"))).toEqual([]);
    expect(texts.at(-1)).toContain("too-many");
    expect(await console.query(COUNT_RUNS)).toEqual([{ runs: 1 }]);
  });
});

test("S25: whatever is turned away is in the audit, a look of the same session or address once a minute", async ({
  console,
  credentials,
}) => {
  const { baseURL } = console;
  const cookie = await signIn(baseURL, credentials);
  await console.query("update tidemark.operators set role = 'viewer'");
  for (let n = 0; n < 3; n += 1) {
    await send(baseURL, { path: "/", headers: { host: "evil.example" } });
    await send(baseURL, { path: "/api/status", headers: { cookie: "tidemark.session_token=forged.forged" } });
    await send(baseURL, { path: "/operators?who=me", headers: { cookie } });
    await send(baseURL, { method: "POST", path: "/api/status", headers: { origin: EVIL } });
  }
  // Who only arrives is led to the sign-in, and is no refusal.
  expect((await send(baseURL, { path: "/schema" })).status).toBe(307);
  await expect
    .poll(() =>
      console.query(
        `select actor, role, split_part(detail, ':', 1) as what, outcome, count(*)::int as n
         from tidemark.audit_events where action = 'request' group by 1, 2, 3, 4 order by 1 desc, 3`,
      ),
    )
    .toEqual([
      { actor: "unknown", role: null, what: "GET /", outcome: "refused", n: 1 },
      { actor: "unknown", role: null, what: "POST /api/status", outcome: "refused", n: 3 },
      { actor: "tess@example.org", role: "viewer", what: "GET /operators", outcome: "refused", n: 1 },
    ]);
});

test("S4, S17, S30: nothing is served but the console, under its own name, to its own pages", async ({ console }) => {
  const { baseURL } = console;
  const own = new URL(baseURL).host;
  const addresses = ["/", "/runs", "/api/status", "/api/health", "/theme.js", "/nothing-here"];
  for (const path of addresses) {
    for (const host of ["evil.example", "127.0.0.1", "localhost:1", `${own}.evil.example`]) {
      const spoofed = { host, "x-forwarded-host": own, "x-forwarded-proto": "http", forwarded: `host=${own}` };
      const answer = await send(baseURL, { path, headers: spoofed });
      expect(`${path} ${host} ${answer.status}`).toBe(`${path} ${host} 403`);
    }
    for (const method of ["GET", "OPTIONS"]) {
      const preflight = { "access-control-request-method": "POST", "access-control-request-headers": "next-action" };
      const { headers } = await send(baseURL, { method, path, headers: { origin: EVIL, ...preflight } });
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  }

  const chunks = readdirSync(path.join(BUILD, "static"), { recursive: true, encoding: "utf8" });
  expect(chunks.filter((file) => file.endsWith(".map"))).toEqual([]);
  const scripts = chunks.filter((file) => file.endsWith(".js")).map((file) => `/_next/static/${file}`);
  expect(scripts.length).toBeGreaterThan(5);
  expect((await send(baseURL, { path: scripts[0] ?? "" })).status).toBe(200);
  for (const path of [
    ...["/.env", "/.env.local", "/.git/HEAD", "/.git/config", "/.tidemark/postgres/server.log", "/package.json"],
    ...["/next.config.ts", "/proxy.ts", "/lib/env.ts", "/drizzle/0000_console.sql", "/.next/BUILD_ID", "/server.js"],
    ...["/_next/static/../../package.json", "/_next/static/%2e%2e/%2e%2e/package.json", "/..%2f..%2fetc/passwd"],
    ...["/_next/static/..%2f..%2fpackage.json", "/theme.js/../../package.json", "/%00", "/_next/image?url=/etc/passwd"],
    ...scripts.slice(0, 5).map((file) => `${file}.map`),
  ]) {
    const { status, text } = await send(baseURL, { path });
    expect([400, 404], path).toContain(status);
    expect(text).not.toMatch(/root:|"dependencies"|\[core\]|create table/);
  }
});
