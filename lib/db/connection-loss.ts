/** Class 08 and the shutdown codes of class 57. Source: PostgreSQL manual, appendix A. */
const LOST_SQLSTATE = /^(08...|57P0[1-5])$/;
const LOST_SYSTEM_CODES = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"]);

/** Whether `cause` says that the connection went away, or could not be had for now, rather than that the query is wrong. */
export function isConnectionLoss(cause: unknown): boolean {
  const { code, message, cause: inner } = cause as { code?: unknown; message?: unknown; cause?: unknown };
  if (typeof code === "string" && (LOST_SQLSTATE.test(code) || LOST_SYSTEM_CODES.has(code))) return true;
  // pg has no code for these two.
  if (
    typeof message === "string" &&
    /^(Connection terminated|Client has encountered a connection error)/.test(message)
  ) {
    return true;
  }
  return inner !== undefined && inner !== cause && isConnectionLoss(inner);
}
