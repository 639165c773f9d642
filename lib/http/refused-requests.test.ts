import { expect, test } from "vitest";
import { noteRefusedRequest, type RefusedRequest, takeRefusedRequests } from "@/lib/http/refused-requests";

const look: RefusedRequest = { method: "GET", path: "/operators", address: "192.0.2.1", reason: "no" };
const who = { email: "ben@example.org", role: "viewer" } as const;

test("S25: of the looks of one session or address the first of a minute is kept, of changes each", () => {
  takeRefusedRequests();
  for (let n = 0; n < 3; n += 1) {
    noteRefusedRequest({ ...look, path: `/${n}` });
    noteRefusedRequest({ ...look, method: "HEAD", address: "192.0.2.2" });
    noteRefusedRequest({ ...look, who });
    noteRefusedRequest({ ...look, method: "POST" });
  }
  const { refused, dropped } = takeRefusedRequests();
  expect(dropped).toBe(0);
  expect(refused.map(({ method, path, address, who: by }) => [method, path, address, by?.email])).toEqual([
    ["GET", "/0", "192.0.2.1", undefined],
    ["HEAD", "/operators", "192.0.2.2", undefined],
    ["GET", "/operators", "192.0.2.1", "ben@example.org"],
    ...Array(3).fill(["POST", "/operators", "192.0.2.1", undefined]),
  ]);
});

test("S25: a flood fills neither memory nor the audit, and is counted", () => {
  takeRefusedRequests();
  for (let n = 0; n < 5_000; n += 1)
    noteRefusedRequest({ ...look, address: `2001:db8::${n}`, path: "/x".repeat(9_999) });
  const { refused, dropped } = takeRefusedRequests();
  expect([refused.length, dropped]).toEqual([100, 4_900]);
  expect(refused[0]?.path).toHaveLength(200);
  expect(takeRefusedRequests()).toEqual({ refused: [], dropped: 0 });
});
