import { request as plainRequest } from "node:http";
import { captureAction } from "@/e2e/captured-action";
import { expect, test } from "@/e2e/fixtures";

const PATHS = ["/", "/runs", "/api/status", "/api/health", "/theme.js", "/nothing-here"];

test("refuses every request that was sent to another host, whatever is asked for", async ({ baseURL }) => {
  for (const path of PATHS) {
    for (const host of ["evil.example", "127.0.0.1", "localhost:1", `${hostOf(baseURL)}.evil.example`]) {
      const answer = await send(baseURL, { path, headers: { host } });
      expect(`${path} ${host} ${answer.status}`).toBe(`${path} ${host} 403`);
    }
  }
});

test("believes no forwarded header", async ({ baseURL }) => {
  const own = hostOf(baseURL);
  const spoofed = {
    host: "evil.example",
    "x-forwarded-host": own,
    "x-forwarded-proto": "http",
    forwarded: `host=${own}`,
  };
  expect((await send(baseURL, { path: "/", headers: spoofed })).status).toBe(403);
});

test.describe("a forged change", () => {
  test.use({ expectedErrors: [/ERR_FAILED/] });
  test("is refused, and nothing happens", async ({ baseURL, console, page }) => {
    const action = await captureAction(page);
    const { "next-action": id = "", "content-type": type = "", cookie = "" } = action.headers;

    const forged: Record<string, string>[] = [
      {},
      { origin: "null" },
      { origin: "http://evil.example" },
      { origin: "http://127.0.0.1:1" },
      { origin: baseURL ?? "", host: "evil.example" },
      { origin: "http://evil.example", "x-forwarded-host": "evil.example" },
      { origin: baseURL ?? "", "sec-fetch-site": "cross-site" },
    ];
    for (const headers of forged) {
      const answer = await send(baseURL, {
        method: "POST",
        path: "/",
        headers: { host: hostOf(baseURL), "next-action": id, "content-type": type, cookie, ...headers },
        body: action.body,
      });
      expect(`${JSON.stringify(headers)} ${answer.status}`).toBe(`${JSON.stringify(headers)} 403`);
    }
    expect(await console.query("select count(*)::int as runs from tidemark.runs")).toEqual([{ runs: 0 }]);

    const own = await send(baseURL, {
      method: "POST",
      path: "/",
      headers: { host: hostOf(baseURL), origin: baseURL ?? "", "next-action": id, "content-type": type, cookie },
      body: action.body,
    });
    expect(own.status).toBe(200);
    expect(await console.query("select count(*)::int as runs from tidemark.runs")).toEqual([{ runs: 1 }]);
  });
});

test("sends the security headers with every answer, and a nonce with every script", async ({ baseURL, page }) => {
  for (const path of PATHS) {
    const { headers } = await send(baseURL, { path, headers: { host: hostOf(baseURL) } });
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["x-frame-options"]).toBe("DENY");
    expect(headers["x-powered-by"]).toBeUndefined();
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  }
  for (const path of ["/", "/nothing-here"]) {
    const html = await (await page.request.get(path)).text();
    const scripts = html.match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(3);
    expect(scripts.filter((script) => !/ nonce="[^"]{20,}"/.test(script))).toEqual([]);
  }
});

function hostOf(baseURL: string | undefined): string {
  return new URL(baseURL ?? "").host;
}

interface Sent {
  method?: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** Sends exactly these headers: browsers and fetch forbid to choose Host and Origin. */
function send(baseURL: string | undefined, { method = "GET", path, headers, body }: Sent) {
  const { hostname, port } = new URL(baseURL ?? "");
  return new Promise<{ status: number; headers: Record<string, string | string[] | undefined> }>((resolve, reject) => {
    const request = plainRequest({ hostname, port, path, method, headers, setHost: false }, (response) => {
      response.resume();
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    request.on("error", reject);
    request.end(body);
  });
}
