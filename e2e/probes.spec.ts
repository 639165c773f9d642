import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@/e2e/fixtures";
import { send } from "@/e2e/raw-request";
import { reasonToSkip } from "@/lib/testing/debian-package";
import { DOCUMENTS, readCommands } from "@/lib/testing/docs-commands";

const DOCUMENTED = DOCUMENTS.flatMap(readCommands).filter(({ words }) => words[0] === "curl");

const TOKEN = "q8Zr2vXK0nE5sL1uYd7GhTjPw3BcMf6A9xR4oViNkQe=";

test("health, ready and metrics answer without a session; metrics in the format that is asked for", async ({
  console,
}) => {
  const { baseURL } = console;
  expect(JSON.parse((await send(baseURL, { path: "/api/health" })).text)).toEqual({ status: "ok" });
  await expect.poll(async () => (await send(baseURL, { path: "/api/ready" })).status).toBe(200);
  const open = await send(baseURL, { path: "/api/metrics" });
  expect(open.headers["content-type"]).toMatch(/^application\/openmetrics-text/);
  expect(open.text).toMatch(/^tidemark_database_up 1$/m);
  expect(open.text.trimEnd().endsWith("# EOF")).toBe(true);
  const plain = await send(baseURL, { path: "/api/metrics", headers: { accept: "text/plain" } });
  expect(plain.headers["content-type"]).toMatch(/^text\/plain/);
  expect(plain.text).not.toContain("# EOF");
});

for (const { file, line, words } of DOCUMENTED) {
  test(`${file}: \`${line}\` is answered`, async ({ console }) => {
    test.skip(reasonToSkip("curl", "curl") !== null, "curl is not installed, and could not be.");
    await expect.poll(async () => (await send(console.baseURL, { path: "/api/ready" })).status).toBe(200);
    const [program = "", ...parameters] = words.map((word) => word.replace("http://127.0.0.1:3000", console.baseURL));
    expect(JSON.parse(execFileSync(program, parameters, { encoding: "utf8" }))).toHaveProperty("status");
  });
}

test.describe("on a network", () => {
  test.use({
    isSignedIn: false,
    settings: { TIDEMARK_PUBLIC_ORIGIN: "https://tidemark.example.org", TIDEMARK_METRICS_TOKEN: TOKEN },
  });

  test("S1, S4: metrics are for whoever shows the token, under any name; the token opens nothing else", async ({
    console,
  }) => {
    const { baseURL } = console;
    const bearer = { authorization: `Bearer ${TOKEN}` };
    expect((await send(baseURL, { path: "/api/metrics", headers: bearer })).status).toBe(200);
    for (const headers of [{ authorization: "Bearer wrong" }, { ...bearer, authorization: `Basic ${TOKEN}` }]) {
      const { status, text } = await send(baseURL, { path: "/api/metrics", headers });
      expect([401, 403]).toContain(status);
      expect(text).not.toContain("tidemark_");
    }
    for (const path of ["/api/status", "/api/runs", "/", "/api/health"]) {
      expect(`${path} ${(await send(baseURL, { path, headers: bearer })).status}`).toBe(`${path} 403`);
    }
    expect((await send(baseURL, { path: "/api/metrics" })).status).toBe(403);
  });
});

test("a server that is asked to stop without a database is gone at once", async ({ openConsole }) => {
  const dead = await openConsole("postgres://cowrie@127.0.0.1:9/cowrie");
  expect((await send(dead.baseURL, { path: "/api/health" })).status).toBe(200);
  expect((await send(dead.baseURL, { path: "/api/ready" })).status).toBe(503);
  expect((await send(dead.baseURL, { path: "/api/metrics" })).text).toMatch(/^tidemark_database_up 0$/m);
  const askedAt = performance.now();
  expect(await dead.stop()).toBe(0);
  expect(performance.now() - askedAt).toBeLessThan(5_000);
});

test("requests are traced where an endpoint is set, and the log of a server is one JSON object a line", async ({
  console,
  openConsole,
}) => {
  let told = "";
  const collector = createServer(async (request, response) => {
    for await (const chunk of request) told += chunk;
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  const { port } = collector.address() as AddressInfo;
  const traced = await openConsole(console.target.connectionString, {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_BSP_SCHEDULE_DELAY: "100",
    TIDEMARK_WORKER: "off",
  });
  await expect.poll(() => traced.output()).toContain("Tidemark begins");
  expect((await send(traced.baseURL, { path: "/api/ready" })).status).toBe(200);
  await expect.poll(() => told).toContain("/api/ready");
  expect(await traced.stop()).toBe(0);
  collector.close();

  expect(told).toContain('{"key":"tidemark.process","value":{"stringValue":"web"}}');
  const lines = traced.output().split("\n");
  const own = lines.filter((line) => line.startsWith("{")).map((line): Record<string, unknown> => JSON.parse(line));
  expect(own.map(({ msg }) => msg)).toEqual(expect.arrayContaining(["Tidemark begins", "Tidemark ends"]));
  expect(
    own.every(({ process: kind, level, time }) => kind === "web" && level !== undefined && time !== undefined),
  ).toBe(true);
});
