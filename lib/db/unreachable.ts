import { readDatabaseAddress } from "@/lib/db/address";
import type { DatabaseTarget } from "@/lib/db/client";
import { quoteIdentifier } from "@/lib/db/identifier";
import { RefusalError } from "@/lib/refusal";

/** What Node says of a certificate that cannot be trusted. Source: Node.js manual, tls, X509 certificate error codes. */
const CERTIFICATE_CODES =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_)/;

/** Turns a failed connection into a refusal that names host, cause and remedy; other errors pass through. */
export function toUnreachable(target: DatabaseTarget, cause: unknown): unknown {
  if (cause instanceof RefusalError) return cause;
  const { host, port, name, user } = readDatabaseAddress(target.connectionString);
  const { code = "", message = "" } = cause as { code?: string; message?: string };
  const where = `${host}:${port}/${name}`;
  const refuse = (said: string, remedy: string) => new RefusalError("unreachable", said, remedy, { cause });
  if (CERTIFICATE_CODES.test(code)) {
    return refuse(
      `${where} shows a certificate that cannot be verified (${code}).`,
      "Name the authority that signed it with sslrootcert=/path/to/ca.pem in DATABASE_URL, and connect under a name that the certificate has.",
    );
  }
  if (message === "The server does not support SSL connections") {
    return refuse(
      `${where} offers no TLS, and is on another machine.`,
      "Switch on ssl in its postgresql.conf. Only in a network that you trust, go without: sslmode=disable in DATABASE_URL.",
    );
  }
  switch (code) {
    case "28P01":
    case "28000":
      return refuse(
        `${where} refused role ${user} (${code}).`,
        "Correct user and password in DATABASE_URL, or pg_hba.conf.",
      );
    case "3D000":
      return refuse(
        `Database ${name} does not exist on ${host}:${port} (3D000).`,
        "Correct the database name in DATABASE_URL.",
      );
    case "42501":
      return refuse(
        `Role ${user} may not connect to ${where} (42501).`,
        `grant connect on database ${quoteIdentifier(name)} to ${quoteIdentifier(user)}`,
      );
    case "53300":
      return refuse(
        `${where} has no connection left for role ${user} (53300).`,
        "Raise the connection limit, or end idle sessions.",
      );
    case "57P03":
      return refuse(`${where} is starting up or shutting down (57P03).`, "Try again in a moment.");
    default:
      return refuse(
        `${where} does not answer${code === "" ? "" : ` (${code})`}.`,
        "Check that PostgreSQL runs there, that the port is open, and that DATABASE_URL names the right host.",
      );
  }
}
