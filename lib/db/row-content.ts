import pg from "pg";

/** Fields of a server's error that quote rows or values of a statement. Source: PostgreSQL manual, 55.8. */
const FIELDS = ["detail", "where", "internalQuery"] as const;

/**
 * Makes every error of PostgreSQL in this process forget what it quotes of rows, at the moment it is made: whoever prints
 * or stores an error later has nothing to leave out. What is left names code, constraint, table and column.
 */
export function forgetRowContent(): void {
  for (const field of FIELDS) {
    Object.defineProperty(pg.DatabaseError.prototype, field, {
      configurable: true,
      get: () => undefined,
      // The driver assigns what the server sent.
      set: () => {},
    });
  }
}

/** A class 22 message without the value that it quotes: `invalid input syntax for type integer: "…"`. */
export function withoutValue(sqlstate: string | null, message: string): string {
  return sqlstate?.startsWith("22") === true ? message.replace(/".*"/s, '"…"') : message;
}
