import { readFileSync } from "node:fs";
import path from "node:path";
import { type Console, expect, test } from "@/e2e/fixtures";
import { cookieOf, send } from "@/e2e/raw-request";

const BUILD = path.resolve(import.meta.dirname, "../.next");

/** Of every route of the build, one address. */
function readAddresses(): string[] {
  const manifest: unknown = JSON.parse(readFileSync(path.join(BUILD, "app-path-routes-manifest.json"), "utf8"));
  return Object.values(Object(manifest) as Record<string, string>)
    .filter((route) => !route.startsWith("/_"))
    .map((route) => route.replace("[id]", "1").replace(/\[\[?\.\.\.[a-z]+\]?\]/, "session"));
}

/** What stands in the database, but for figures that are kept for the pages and the last sign of an operator. */
async function readContents(console: Console): Promise<Record<string, string>[]> {
  const tables = await console.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', 'tidemark') and c.relkind = 'r'
       and c.relname not in ('measures', 'sessions') order by 1`,
  );
  expect(tables.length).toBeGreaterThan(8);
  const digests = tables.map(
    ({ name }) =>
      `select '${name}' as name, md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as digest from ${name} t`,
  );
  return console.query(digests.join(" union all "));
}

test.describe("a look", () => {
  test.use({ settings: { TIDEMARK_WORKER: "off" } });

  test("S5: at any address, in any way, changes nothing", async ({ baseURL, console, page }) => {
    test.setTimeout(120_000);
    await page.goto("/");
    await page.getByRole("button", { name: "Run migration" }).click();
    await expect(page).toHaveURL(/\/runs\/1$/);
    const addresses = readAddresses();
    expect(addresses).toEqual(
      expect.arrayContaining(["/", "/runs/1", "/api/status", "/api/runs/1/events", "/api/audit"]),
    );
    const before = await readContents(console);
    const cookie = await cookieOf(page);
    for (const address of addresses) {
      for (const method of ["GET", "HEAD", "OPTIONS"]) {
        const { status } = await send(baseURL, { method, path: address, headers: { cookie, "next-action": "x" } });
        expect(status, `${method} ${address}`).toBeLessThan(600);
      }
    }
    expect(await readContents(console)).toEqual(before);
  });
});

const BASE = {
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

test.describe("an answer", () => {
  test.use({ expectedErrors: [/500|404|ERR_|React error #441/] });

  test("S15, S16: carries policy and headers, whatever it answers, errors and streams included", async ({
    console,
    page,
  }) => {
    const { baseURL } = console;
    await page.goto("/");
    await page.getByRole("button", { name: "Run migration" }).click();
    await expect(page).toHaveURL(/\/runs\/1$/);
    const cookie = await cookieOf(page);
    const kinds: [what: string, request: Parameters<typeof send>[1], status: number][] = [
      ["page", { path: "/" }, 200],
      ["page of a run", { path: "/runs/1" }, 200],
      ["no page", { path: "/nothing-here" }, 404],
      ["API", { path: "/api/status" }, 200],
      ["no API", { path: "/api/nothing-here" }, 404],
      ["no run", { path: "/api/runs/99" }, 404],
      ["stream", { path: "/api/runs/1/events" }, 200],
      ["file", { path: "/api/audit?format=csv" }, 200],
      ["refused format", { path: "/api/audit?format=xlsx" }, 400],
      ["health", { path: "/api/health" }, 200],
      ["script", { path: "/theme.js" }, 200],
      ["no script", { path: "/_next/static/chunks/none.js" }, 404],
      ["other host", { path: "/", headers: { host: "evil.example" } }, 403],
      ["forged", { method: "POST", path: "/", headers: { origin: "null" } }, 403],
      ["too long", { method: "POST", path: "/", headers: { origin: baseURL }, body: "x".repeat(100_001) }, 413],
      ["redirect", { path: "/runs/" }, 308],
      ["unreadable address", { path: "/%E0%A4%A" }, 404],
    ];
    for (const [what, request, status] of kinds) {
      const answer = await send(baseURL, { ...request, headers: { cookie, ...request.headers } });
      expect(`${what} ${answer.status}`).toBe(`${what} ${status}`);
      expectHeaders(what, answer.headers);
    }

    await console.query("alter table tidemark.run_phases rename to run_phases_away");
    await console.query("alter table tidemark.log_lines rename to log_lines_away");
    for (const address of ["/runs/1", "/api/runs/1"]) {
      const answer = await send(baseURL, { path: address, headers: { cookie } });
      expect(`${address} ${answer.status}`).toBe(`${address} 500`);
      expectHeaders(address, answer.headers);
      // The cause is in the server's log: not what it was, nor the statement, nor where in the code.
      expect(answer.body, `S24: ${address}`).not.toMatch(
        /run_phases|relation \\?"|42P01|Failed query|node_modules|\.next\/server/,
      );
    }
  });

  test("S24: that went wrong names no cause but a number, under which the server's log has it", async ({
    console,
    page,
  }) => {
    await page.goto("/");
    await page.getByRole("button", { name: "Run migration" }).click();
    await expect(page).toHaveURL(/\/runs\/1$/);
    await console.query("alter table tidemark.run_phases rename to run_phases_away");
    await page.goto("/runs/1");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This page could not be shown");
    const digest = await page.getByRole("main").locator("code").textContent();
    expect(digest).toMatch(/^\d{5,}$/);
    expect(console.output()).toContain(digest);
    expect(console.output()).toContain("run_phases");
  });
});

function expectHeaders(what: string, headers: Record<string, string | string[] | undefined>): void {
  expect(headers, what).toMatchObject(BASE);
  const policy = String(headers["content-security-policy"]);
  for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    if (rule !== "default-src 'none'" || !policy.includes("script-src")) expect(policy, what).toContain(rule);
  }
  if (policy.includes("script-src")) {
    expect(policy, what).toContain("object-src 'none'");
    expect(policy, what).toContain("form-action 'self'");
    expect(policy, what).toMatch(/script-src 'nonce-[^']{20,}' 'strict-dynamic';/);
    expect(policy.replace("style-src-attr 'unsafe-inline'", ""), what).not.toMatch(/unsafe|\*|https?:/);
  }
  expect(headers["x-powered-by"], what).toBeUndefined();
  expect(headers["access-control-allow-origin"], what).toBeUndefined();
  expect(headers["strict-transport-security"], what).toBeUndefined();
}

test("S15: every script has the nonce of its own answer, another one each time", async ({ page }) => {
  const nonces = new Set<string>();
  for (const address of ["/", "/", "/nothing-here", "/audit"]) {
    const answer = await page.request.get(address);
    const nonce = /'nonce-([^']+)'/.exec(answer.headers()["content-security-policy"] ?? "")?.[1] ?? "";
    nonces.add(nonce);
    const scripts = (await answer.text()).match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(3);
    expect(scripts.filter((script) => !script.includes(`nonce="${nonce}"`))).toEqual([]);
  }
  expect(nonces.size).toBe(4);
});

test.describe("another site", () => {
  test.use({ expectedErrors: [/frame|ERR_BLOCKED/i] });

  test("S15, S16: cannot show the console in a frame", async ({ console, page }) => {
    const { baseURL } = console;
    await page.route("http://evil.example/**", (route) =>
      route.fulfill({ contentType: "text/html", body: `<iframe src="${baseURL}/" width="800" height="600"></iframe>` }),
    );
    await page.goto("http://evil.example/");
    await expect.poll(() => page.frames().length).toBe(2);
    await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
    expect(await page.frames()[1]?.getByText("Tidemark").count()).toBe(0);
  });
});

test.describe("behind a proxy with https", () => {
  test.use({ settings: { TIDEMARK_PUBLIC_ORIGIN: "https://tidemark.example.org" }, isSignedIn: false });

  test("S16, S4: browsers are told to keep to https, and the public name alone is served", async ({ console }) => {
    const own = { host: "tidemark.example.org" };
    for (const path of ["/", "/api/health", "/nothing-here", "/%E0%A4%A", "/theme.js"]) {
      const { headers } = await send(console.baseURL, { path, headers: own });
      const value = String(headers["strict-transport-security"]);
      expect(Number(/^max-age=(\d+); includeSubDomains$/.exec(value)?.[1]), path).toBeGreaterThanOrEqual(31_536_000);
    }
    expect((await send(console.baseURL, { path: "/api/health", headers: own })).status).toBe(200);
    const forwarded = { "x-forwarded-host": "tidemark.example.org", "x-forwarded-proto": "https" };
    expect((await send(console.baseURL, { path: "/", headers: forwarded })).status).toBe(403);
    for (const origin of [
      console.baseURL,
      "http://tidemark.example.org",
      "https://tidemark.example.org.evil.example",
    ]) {
      const forged = await send(console.baseURL, { method: "POST", path: "/", headers: { ...own, origin } });
      expect(`${origin} ${forged.status}`).toBe(`${origin} 403`);
    }
  });
});
