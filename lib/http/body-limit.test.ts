import { expect, test } from "vitest";
import { BODY_LIMIT_BYTES, refuseBody } from "@/lib/http/body-limit";

test.each([
  ["GET", null, null],
  ["HEAD", "999999999", null],
  ["POST", "0", null],
  ["POST", String(BODY_LIMIT_BYTES), null],
  ["POST", String(BODY_LIMIT_BYTES + 1), 413],
  ["PUT", "9".repeat(15), 413],
  ["POST", null, 411],
  ["POST", "", 411],
  ["POST", "-1", 411],
  ["POST", "1e3", 411],
  ["POST", "9".repeat(40), 411],
] as const)("S14: a %s of length %s is answered %s", (method, length, status) => {
  expect(refuseBody({ method, length })).toBe(status);
});
