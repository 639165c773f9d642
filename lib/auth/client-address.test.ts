import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { notePeers, readClientAddress } from "@/lib/auth/client-address";

test.each([
  ["198.51.100.7", 0, "198.51.100.7"],
  ["203.0.113.1, 198.51.100.7", 0, "198.51.100.7"],
  ["203.0.113.1, 198.51.100.7, 127.0.0.1", 1, "198.51.100.7"],
  ["203.0.113.1, 198.51.100.7, 10.0.0.1, 127.0.0.1", 2, "198.51.100.7"],
  ["127.0.0.1", 2, "127.0.0.1"],
])("S11: reads %s behind %d proxies as %s", (forwarded, proxies, address) => {
  expect(readClientAddress(new Headers({ "x-forwarded-for": forwarded }), proxies)).toBe(address);
});

test("S11: a server adds the address of the connection to what was sent", async () => {
  notePeers();
  const server = createServer((asked, answer) => answer.end(String(asked.headers["x-forwarded-for"])));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const read = (headers: Record<string, string>) =>
    new Promise((resolve, reject) => {
      request({ port, host: "127.0.0.1", headers, agent: false }, (answer) => {
        let text = "";
        answer.on("data", (part) => {
          text += String(part);
        });
        answer.on("end", () => resolve(text));
      })
        .on("error", reject)
        .end();
    });
  expect(await read({})).toBe("127.0.0.1");
  expect(await read({ "x-forwarded-for": "203.0.113.1" })).toBe("203.0.113.1, 127.0.0.1");
});
