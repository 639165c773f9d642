import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { locateServer, toHealthUrl } from "@/lib/cli/web";
import { webCheck } from "@/lib/contract";
import { executeTidemark } from "@/lib/testing/tidemark-command";

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "tidemark-web-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test.each([
  ["an installed package", "dist", "dist/web"],
  ["a checkout", "lib/cli", "dist/web"],
])("finds the server of %s", async (_, own, server) => {
  const root = await aFolder();
  for (const folder of [own, server]) await mkdir(path.join(root, folder), { recursive: true });
  expect(() => locateServer(path.join(root, own))).toThrow("not built here");
  await writeFile(path.join(root, server, "server.js"), "");
  expect(locateServer(path.join(root, own))).toBe(path.join(root, server, "server.js"));
});

test.each([
  ["127.0.0.1", "http://127.0.0.1:3000/api/health"],
  ["0.0.0.0", "http://127.0.0.1:3000/api/health"],
  ["::", "http://[::1]:3000/api/health"],
  ["10.0.0.7", "http://10.0.0.7:3000/api/health"],
])("asks a console that listens on %s at %s", (host, url) => {
  expect(toHealthUrl({ TIDEMARK_HOST: host, PORT: 3000 })).toBe(url);
});

test("tells whether the console is up, asking under the name that it answers to", async () => {
  const hosts: (string | undefined)[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    hosts.push(request.headers.host);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const PORT = String((server.address() as AddressInfo).port);
  const look = async (environment: Record<string, string>) => {
    const { exitCode, stdout } = await executeTidemark(["web", "--check", "--json"], { PORT, ...environment });
    return { exitCode, ...webCheck.strict().parse(JSON.parse(stdout)) };
  };

  expect(await look({})).toMatchObject({ exitCode: 0, isUp: true, status: 200 });
  status = 503;
  const origin = { TIDEMARK_PUBLIC_ORIGIN: "https://tidemark.example.org" };
  expect(await look(origin)).toMatchObject({ exitCode: 1, isUp: false, status: 503 });
  expect(hosts).toEqual([`127.0.0.1:${PORT}`, "tidemark.example.org"]);
  server.close();
  server.closeAllConnections();
  expect(await look({})).toMatchObject({ exitCode: 1, isUp: false, status: null });
});
