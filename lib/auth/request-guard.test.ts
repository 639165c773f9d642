import { expect, test } from "vitest";
import { type GuardedRequest, refuseRequest } from "@/lib/auth/request-guard";

const settings = { PORT: 3000, TIDEMARK_PUBLIC_ORIGIN: undefined };
const post: GuardedRequest = {
  method: "POST",
  host: "127.0.0.1:3000",
  origin: "http://127.0.0.1:3000",
  fetchSite: "same-origin",
};

test.each(["127.0.0.1:3000", "localhost:3000", "[::1]:3000", "LOCALHOST:3000"])("serves this machine as %s", (host) => {
  expect(refuseRequest({ ...post, method: "GET", host, origin: null }, settings)).toBeNull();
});

test.each([null, "", "evil.example", "127.0.0.1", "127.0.0.1:3001", "localhost:3000.evil.example"])(
  "refuses the Host %s, even to read",
  (host) => {
    expect(refuseRequest({ ...post, method: "GET", host }, settings)).toMatch(/Host/);
  },
);

test.each([null, "null", "", "http://evil.example", "https://127.0.0.1:3000", "http://127.0.0.1:3001"])(
  "refuses a change from the Origin %s",
  (origin) => {
    expect(refuseRequest({ ...post, origin }, settings)).toMatch(/own pages/);
  },
);

test("refuses a change that the browser calls cross-site, whatever its Origin says", () => {
  expect(refuseRequest({ ...post, fetchSite: "cross-site" }, settings)).toMatch(/own pages/);
});

test("lets a change from its own pages through", () => {
  expect(refuseRequest(post, settings)).toBeNull();
  expect(refuseRequest({ ...post, fetchSite: null }, settings)).toBeNull();
});

test("serves the public origin and nothing else where one is configured", () => {
  const published = { PORT: 3000, TIDEMARK_PUBLIC_ORIGIN: "https://tidemark.example.org/" };
  const own = { ...post, host: "tidemark.example.org", origin: "https://tidemark.example.org" };
  expect(refuseRequest(own, published)).toBeNull();
  expect(refuseRequest(post, published)).toMatch(/Host/);
});
