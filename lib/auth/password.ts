import { RefusalError } from "@/lib/refusal";

/** Shortest password taken, and the length from which on no advice is given. Source: OWASP ASVS 5.0, 6.2.1. */
const LEAST_LENGTH = 8;
const ADVISED_LENGTH = 15;

/** A longer one is refused rather than cut: whoever hashes megabytes does nothing else. */
export const MOST_LENGTH = 256;

/** Argon2id, about 20 ms and 19 MB. Source: OWASP Password Storage Cheat Sheet. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The hash of a password as PHC string, all of it: nothing is cut off. */
export async function hashPassword(password: string): Promise<string> {
  const { hash } = await import("@node-rs/argon2");
  return hash(normalise(password), COST);
}

/** Whether `password` is the one that `hash` was made of. */
export async function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  const { verify } = await import("@node-rs/argon2");
  return verify(hash, normalise(password));
}

/**
 * Refuses a password that cannot be one.
 *
 * @throws {RefusalError} `usage`.
 */
export function checkPassword(password: string): void {
  const { length } = [...password];
  if (length >= LEAST_LENGTH && password.length <= MOST_LENGTH) return;
  throw new RefusalError(
    "usage",
    length < LEAST_LENGTH ? `A password has ${LEAST_LENGTH} characters or more.` : "This password is too long.",
    `Take one of ${ADVISED_LENGTH} to ${MOST_LENGTH} characters: several words do.`,
  );
}

/** The same characters typed on another keyboard may come in another form of Unicode. */
function normalise(password: string): string {
  return password.normalize("NFKC");
}
