import { createHash, randomBytes } from "node:crypto";

/** What of a token is kept: whoever reads the database cannot use it. Tokens are random, so no salt is needed. */
export function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** A token of 256 random bits, fit for an address. */
export function makeToken(): string {
  return randomBytes(32).toString("base64url");
}
