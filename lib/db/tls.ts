import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { TlsMode } from "@/lib/contract";
import { parseDatabaseUrl, readDatabaseAddress } from "@/lib/db/address";
import { RefusalError } from "@/lib/refusal";

/** How a connection is protected on its way, and what the driver needs for that. */
export interface TransportSecurity {
  mode: TlsMode;
  /** For the driver, said aloud in every case: neither the environment nor a default decides. */
  ssl: false | ConnectionOptions;
  /** The connection string without any word on TLS: the driver would take it before ours. */
  connectionString: string;
}

/** Parameters of a URL that are about TLS. Source: PostgreSQL manual, 32.1.2, and pg-connection-string. */
const TLS_PARAMETERS = ["sslmode", "ssl", "sslrootcert", "sslcert", "sslkey", "uselibpqcompat"];

/** What `sslmode` may say; the modes between the outermost ones would trust a certificate unseen, and are raised. */
const MODES: Record<string, "off" | "unverified" | "verified"> = {
  disable: "off",
  "no-verify": "unverified",
  allow: "verified",
  prefer: "verified",
  require: "verified",
  "verify-ca": "verified",
  "verify-full": "verified",
};

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/**
 * How to connect to the server of a URL: to this machine without TLS unless it asks for it, to any other one with TLS
 * and a certificate that is verified for its name. Less than that only where the URL says so: `sslmode=disable` goes
 * without, `sslmode=no-verify` trusts any certificate.
 *
 * @throws {RefusalError} `usage` for a word that is no mode, or a certificate file that cannot be read.
 */
export function secureTransport(connectionString: string): TransportSecurity {
  const { host } = readDatabaseAddress(connectionString);
  const url = parseDatabaseUrl(connectionString);
  const mode = readMode(url, isLocal(host));
  const { sslrootcert, sslcert, sslkey } = Object.fromEntries(url.searchParams);
  const isAboutTls = TLS_PARAMETERS.some((name) => url.searchParams.has(name));
  for (const name of TLS_PARAMETERS) url.searchParams.delete(name);
  return {
    mode,
    connectionString: isAboutTls ? url.href : connectionString,
    ssl:
      mode === "local" || mode === "off"
        ? false
        : {
            rejectUnauthorized: mode === "verified",
            ...(sslrootcert === undefined || sslrootcert === "system" ? {} : { ca: read("sslrootcert", sslrootcert) }),
            ...(sslcert === undefined ? {} : { cert: read("sslcert", sslcert) }),
            ...(sslkey === undefined ? {} : { key: read("sslkey", sslkey) }),
          },
  };
}

function readMode({ searchParams }: URL, local: boolean): TlsMode {
  const asked = searchParams.get("sslmode") ?? toMode(searchParams.get("ssl"));
  if (asked === null) return local ? "local" : "verified";
  const mode = Object.hasOwn(MODES, asked) ? MODES[asked] : undefined;
  if (mode !== undefined) return mode === "off" && local ? "local" : mode;
  throw new RefusalError(
    "usage",
    "DATABASE_URL asks for an sslmode that does not exist.",
    `Write one of ${Object.keys(MODES).join(", ")}; without any, a server on another machine is verified.`,
  );
}

function toMode(ssl: string | null): string | null {
  return ssl === "true" || ssl === "1" ? "verify-full" : ssl === "false" || ssl === "0" ? "disable" : ssl;
}

/** Whether nothing leaves this machine on the way to `host`: a socket, its name, or a loopback address. */
function isLocal(host: string): boolean {
  if (host.startsWith("/") || host.toLowerCase() === "localhost") return true;
  const family = isIP(host);
  return family !== 0 && LOOPBACK.check(host, family === 6 ? "ipv6" : "ipv4");
}

function read(parameter: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new RefusalError(
      "usage",
      `The file that ${parameter} of DATABASE_URL names cannot be read (${(cause as { code?: string }).code}).`,
      "Correct its path, or let the user that runs Tidemark read it.",
    );
  }
}
