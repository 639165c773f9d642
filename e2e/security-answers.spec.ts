import { callAction, readAction, readAddresses, toPath } from "@/e2e/doors";
import { type Console, expect, test } from "@/e2e/fixtures";
import { type RawRequest, send } from "@/e2e/raw-request";
import { type Credentials, signIn } from "@/scripts/signed-in";

/** How long a stream that does not end is read, in milliseconds. */
const STREAM_MS = 1_000;

/** Signs in and starts run 1; gives the cookie. */
async function startRun({ baseURL }: Console, credentials: Credentials): Promise<string> {
  const cookie = await signIn(baseURL, credentials);
  const asked = { speed: "normal", until: null, recreatedDependents: [] };
  const { text } = await callAction(baseURL, readAction("runMigration"), cookie, [asked]);
  expect(text).toContain('"runId":1');
  return cookie;
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

  test("S5: at any address, in any way, changes nothing", async ({ console, credentials }) => {
    const { baseURL } = console;
    const cookie = await startRun(console, credentials);
    const addresses = [...readAddresses("page"), ...readAddresses("route")].map(toPath);
    expect(addresses).toEqual(expect.arrayContaining(["/", "/runs/1", "/api/runs/1/events", "/api/audit"]));
    const before = await readContents(console);
    for (const path of addresses) {
      for (const method of ["GET", "HEAD", "OPTIONS"]) {
        const headers = { cookie, "next-action": "x" };
        const { status } = await send(baseURL, { method, path, headers, patienceMs: STREAM_MS });
        expect(status, `${method} ${path}`).toBeLessThan(600);
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
  test.use({ expectedErrors: [/500|404|ERR_|frame|React error #441/i] });

  test("S15, S16, S24: carries policy and headers, whatever it answers, errors and streams included", async ({
    console,
    credentials,
    page,
  }) => {
    const { baseURL } = console;
    const cookie = await startRun(console, credentials);
    const kinds: [what: string, request: RawRequest, status: number][] = [
      ["page", { path: "/" }, 200],
      ["page of a run", { path: "/runs/1" }, 200],
      ["no page", { path: "/nothing-here" }, 404],
      ["API", { path: "/api/status" }, 200],
      ["no API", { path: "/api/nothing-here" }, 404],
      ["no run", { path: "/api/runs/99" }, 404],
      ["stream", { path: "/api/runs/1/events", patienceMs: STREAM_MS }, 200],
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

    // Every script has the nonce of its own answer, another one each time.
    const nonces = new Set<string>();
    for (const path of ["/", "/", "/nothing-here", "/audit"]) {
      const { headers, text } = await send(baseURL, { path, headers: { cookie } });
      const nonce = /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1] ?? "";
      nonces.add(nonce);
      const scripts = text.match(/<script\b[^>]*>/g) ?? [];
      expect(scripts.length).toBeGreaterThan(3);
      expect(scripts.filter((script) => !script.includes(`nonce="${nonce}"`))).toEqual([]);
    }
    expect(nonces.size).toBe(4);

    // Another site cannot show the console in a frame.
    await page.route("http://evil.example/**", (route) =>
      route.fulfill({ contentType: "text/html", body: `<iframe src="${baseURL}/" width="800" height="600"></iframe>` }),
    );
    await page.goto("http://evil.example/");
    await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
    expect(await page.frames()[1]?.getByText("Tidemark").count()).toBe(0);

    await console.query("alter table tidemark.run_phases rename to run_phases_away");
    await console.query("alter table tidemark.log_lines rename to log_lines_away");
    for (const path of ["/runs/1", "/api/runs/1"]) {
      const answer = await send(baseURL, { path, headers: { cookie } });
      expect(`${path} ${answer.status}`).toBe(`${path} 500`);
      expectHeaders(path, answer.headers);
      // The cause is in the server's log: not what it was, nor the statement, nor where in the code.
      expect(answer.text, path).not.toMatch(/run_phases|relation \\?"|42P01|Failed query|node_modules|\.next\/server/);
    }
    // To the browser it is a number, under which that log has it.
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
