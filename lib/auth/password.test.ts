import { expect, test } from "vitest";
import { checkPassword, hashPassword, MOST_LENGTH, verifyPassword } from "@/lib/auth/password";
import { RefusalError } from "@/lib/refusal";

test("S10: passwords are hashed with argon2id at its present cost, each with a salt of its own", async () => {
  const [one, other] = await Promise.all([hashPassword("a tide gauge"), hashPassword("a tide gauge")]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(other);
  expect(await verifyPassword({ hash: one, password: "a tide gauge" })).toBe(true);
  expect(await verifyPassword({ hash: one, password: "a tide gauge " })).toBe(false);
});

test("S10: a long password counts to its last character", async () => {
  const long = "x".repeat(MOST_LENGTH - 1);
  checkPassword(`${long}y`);
  const hash = await hashPassword(`${long}y`);
  expect(await verifyPassword({ hash, password: `${long}y` })).toBe(true);
  expect(await verifyPassword({ hash, password: `${long}z` })).toBe(false);
  expect(await verifyPassword({ hash, password: long })).toBe(false);
});

test("S10: what is too short or too long is refused, not cut; 64 characters are fine", () => {
  expect(() => checkPassword("seven c")).toThrow(RefusalError);
  expect(() => checkPassword("x".repeat(MOST_LENGTH + 1))).toThrow(RefusalError);
  for (const length of [8, 15, 64, MOST_LENGTH]) expect(() => checkPassword("x".repeat(length))).not.toThrow();
});

test("the same password in another form of Unicode is the same", async () => {
  const hash = await hashPassword("caf\u00e9 am Hafen");
  expect(await verifyPassword({ hash, password: "cafe\u0301 am Hafen" })).toBe(true);
});
