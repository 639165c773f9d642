import { readdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { type Action, captureAction } from "@/e2e/captured-action";
import { expect, test } from "@/e2e/fixtures";
import { cookieOf, send } from "@/e2e/raw-request";
import { RATES } from "@/lib/http/rate-limit";

const BUILD = path.resolve(import.meta.dirname, "../.next");
const EVIL = "http://evil.example";

/** Sends a captured action again, with other headers or another body. */
async function replay(
  page: Page,
  baseURL: string | undefined,
  action: Action,
  change: { headers?: Record<string, string>; body?: string; isChunked?: boolean } = {},
) {
  const { "next-action": id = "", "content-type": type = "" } = action.headers;
  return send(baseURL, {
    method: "POST",
    path: "/",
    headers: { cookie: await cookieOf(page), "next-action": id, "content-type": type, ...change.headers },
    body: change.body ?? action.body,
    isChunked: change.isChunked ?? false,
  });
}

test.describe("a change", () => {
  test.use({ expectedErrors: [/ERR_FAILED/], settings: { TIDEMARK_WORKER: "off" } });

  test("S3, S4: that does not come from the console's own pages is refused, in actions and in routes, and nothing happens", async ({
    console,
    page,
  }) => {
    const { baseURL } = console;
    const action = await captureAction(page);
    const countRuns = () => console.query("select count(*)::int as runs from tidemark.runs");
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
      expect(`${label} ${(await replay(page, baseURL, action, { headers })).status}`).toBe(`${label} 403`);
      for (const route of ["/api/status", "/api/runs/1/events", "/api/auth/sign-out", "/theme.js"]) {
        const answer = await send(baseURL, { method: "POST", path: route, headers });
        expect(`${route} ${label} ${answer.status}`).toBe(`${route} ${label} 403`);
      }
    }
    expect(await countRuns()).toEqual([{ runs: 0 }]);
    // The same, sent from where it belongs.
    expect((await replay(page, baseURL, action, { headers: { origin: baseURL } })).status).toBe(200);
    expect(await countRuns()).toEqual([{ runs: 1 }]);

    // What was turned away at the door is in the audit, with what it was.
    await expect
      .poll(() => console.query("select count(*)::int as n from tidemark.audit_events where action = 'request'"))
      .toEqual([{ n: expect.any(Number) }]);
    await expect
      .poll(async () => {
        const [row] = await console.query<{ n: number }>(
          "select count(*)::int as n from tidemark.audit_events where action = 'request' and outcome = 'refused'",
        );
        return row?.n;
      })
      .toBeGreaterThanOrEqual(forged.length);
  });

  test("S14: with a body that is too long, or does not say how long, is refused unread", async ({ console, page }) => {
    const { baseURL } = console;
    const action = await captureAction(page);
    const headers = { origin: baseURL };
    const long = "x".repeat(100_001);
    expect((await replay(page, baseURL, action, { headers, body: long })).status).toBe(413);
    expect((await replay(page, baseURL, action, { headers, isChunked: true })).status).toBe(411);
    for (const route of ["/api/auth/sign-in/email", "/api/status", "/"]) {
      const answer = await send(baseURL, { method: "POST", path: route, headers, body: long });
      expect(`${route} ${answer.status}`).toBe(`${route} 413`);
    }
    expect(await console.query("select count(*)::int as runs from tidemark.runs")).toEqual([{ runs: 0 }]);
  });

  test("S14: asked for too often is refused by every server of the console together", async ({
    console,
    openConsole,
    page,
  }) => {
    const { baseURL } = console;
    test.setTimeout(120_000);
    const action = await captureAction(page);
    const second = await openConsole(console.target.connectionString, { TIDEMARK_WORKER: "off" });
    const bodies: string[] = [];
    for (let i = 0; i <= RATES.start; i += 1) {
      const own = i % 2 === 0 ? baseURL : second.baseURL;
      bodies.push((await replay(page, own, action, { headers: { origin: own } })).body);
    }
    expect(bodies.slice(0, -1).filter((body) => body.includes("too-many"))).toEqual([]);
    expect(bodies.at(-1)).toContain("too-many");
    expect(await console.query("select count(*)::int as runs from tidemark.runs")).toEqual([{ runs: 1 }]);
  });

  test("S28, S20: with arguments that no page sends is refused, whatever they hold", async ({ console, page }) => {
    const { baseURL } = console;
    const action = await captureAction(page);
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
      const { status, body } = await replay(page, baseURL, action, {
        headers: { origin: baseURL },
        body: JSON.stringify([argument]),
      });
      expect(`${JSON.stringify(argument)} ${status}`).toBe(`${JSON.stringify(argument)} 200`);
      expect(body).toContain('"code":"usage"');
    }
    for (const body of ["", "null", "{", '["$F1"]', '[{"__proto__":{"speed":"normal"}}]', '["$@1"]', "\u0000"]) {
      await replay(page, baseURL, action, { headers: { origin: baseURL }, body });
    }
    expect(await console.query("select count(*)::int as runs from tidemark.runs")).toEqual([{ runs: 0 }]);
    expect((await send(baseURL, { path: "/api/health" })).status).toBe(200);
  });
});

test("S28: no page has a field for a connection or for SQL", async ({ page }) => {
  const names: string[] = [];
  for (const address of ["/", "/run", "/runs", "/schema", "/plan", "/coverage", "/set-aside", "/audit"]) {
    await page.goto(address);
    await expect(page.getByRole("main")).toBeVisible();
    names.push(...(await page.locator("input, textarea").evaluateAll((fields) => fields.map((it) => it.outerHTML))));
  }
  expect(names.filter((html) => /postgres|connection|database.?url|sql|password/i.test(html))).toEqual([]);
});

test("S17: another origin is given nothing to read by", async ({ baseURL }) => {
  for (const path of ["/", "/api/status", "/api/health", "/theme.js", "/nothing-here"]) {
    for (const method of ["GET", "OPTIONS"]) {
      const preflight = { "access-control-request-method": "POST", "access-control-request-headers": "next-action" };
      const { headers } = await send(baseURL, { method, path, headers: { origin: EVIL, ...preflight } });
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  }
});

test("S30: nothing is served but the console", async ({ baseURL }) => {
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
    const { status, body } = await send(baseURL, { path });
    expect([400, 404], path).toContain(status);
    expect(body).not.toMatch(/root:|"dependencies"|\[core\]|create table/);
  }
});
