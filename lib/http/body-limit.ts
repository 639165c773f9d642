/** Bytes that the body of a request may have: the largest of the console's own are a few hundred. */
export const BODY_LIMIT_BYTES = 100_000;

/** Methods whose body the console never reads. */
const WITHOUT_BODY = ["GET", "HEAD", "OPTIONS"];

/**
 * The status with which a body is turned away unread, or null: 413 for one that is too long, 411 for one that does not
 * say how long it is. Pure; Node sees to it that no body is longer than it says.
 */
export function refuseBody({ method, length }: { method: string; length: string | null }): 411 | 413 | null {
  if (WITHOUT_BODY.includes(method)) return null;
  if (length === null || !/^\d{1,15}$/.test(length)) return 411;
  return Number(length) > BODY_LIMIT_BYTES ? 413 : null;
}
