import { RefusalError } from "@/lib/refusal";

/** Where a connection string points, without its password. */
export interface DatabaseAddress {
  name: string;
  host: string;
  port: number;
  user: string;
}

/**
 * Reads a connection string.
 *
 * @throws {RefusalError} `usage`, without any part of the string, when it is not a PostgreSQL URL.
 */
export function readDatabaseAddress(connectionString: string): DatabaseAddress {
  const url = parseDatabaseUrl(connectionString);
  const name = decode(url.pathname.slice(1));
  if (name === "") throw malformedUrl();
  const user = decode(url.username) || url.searchParams.get("user") || "postgres";
  return {
    name,
    user,
    host: url.searchParams.get("host") ?? (decode(url.hostname).replace(/^\[|\]$/g, "") || "127.0.0.1"),
    port: url.port === "" ? Number(url.searchParams.get("port") ?? 5432) : Number(url.port),
  };
}

/** As a URL; what the parser itself would throw carries the whole string, password included. */
export function parseDatabaseUrl(connectionString: string): URL {
  if (!/^postgres(ql)?:\/\//i.test(connectionString) || !URL.canParse(connectionString)) throw malformedUrl();
  return new URL(connectionString);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw malformedUrl();
  }
}

/** Says what a connection URL looks like, and nothing of the one that was given. */
export function malformedUrl(): RefusalError {
  return new RefusalError(
    "usage",
    "DATABASE_URL is not a PostgreSQL connection URL.",
    "Write it as postgres://user:password@host:port/database, with special characters of the password percent-encoded.",
  );
}
