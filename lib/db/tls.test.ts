import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { TlsMode } from "@/lib/contract";
import { type DatabaseTarget, withClient } from "@/lib/db/client";
import { readConnectionReport } from "@/lib/db/connection-report";
import { readServerAccount } from "@/lib/db/embedded-binaries";
import { closePools } from "@/lib/db/pool";
import { secureTransport } from "@/lib/db/tls";
import { RefusalError } from "@/lib/refusal";
import { makeSelfSigned } from "@/lib/testing/certificate";
import { aServer } from "@/lib/testing/servers";

/** Leads to this machine on Linux, and is no address of its own: a server elsewhere, as far as anybody can tell. */
const ELSEWHERE = "0.0.0.0";

test.each<[url: string, mode: TlsMode]>([
  ["postgres://u:p@127.0.0.1/cowrie", "local"],
  ["postgres://u:p@127.8.9.1:5433/cowrie", "local"],
  ["postgres://u:p@localhost/cowrie", "local"],
  ["postgres://u:p@[::1]/cowrie", "local"],
  ["postgres:///cowrie?host=/var/run/postgresql", "local"],
  ["postgres://u:p@localhost/cowrie?sslmode=disable", "local"],
  ["postgres://u:p@localhost/cowrie?sslmode=require", "verified"],
  ["postgres://u:p@db/cowrie", "verified"],
  ["postgres://u:p@10.0.0.5/cowrie", "verified"],
  ["postgres://u:p@[2001:db8::1]/cowrie", "verified"],
  ["postgres://u:p@localhost.example.org/cowrie", "verified"],
  ["postgres://u:p@127.0.0.1.example.org/cowrie", "verified"],
  ["postgres://u:p@127.0.0.1/cowrie?host=db.example.org", "verified"],
  ["postgres://u:p@db/cowrie?sslmode=prefer", "verified"],
  ["postgres://u:p@db/cowrie?sslmode=require&uselibpqcompat=true", "verified"],
  ["postgres://u:p@db/cowrie?ssl=true", "verified"],
  ["postgres://u:p@db/cowrie?sslmode=no-verify", "unverified"],
  ["postgres://u:p@db/cowrie?ssl=no-verify", "unverified"],
  ["postgres://u:p@db/cowrie?sslmode=disable", "off"],
  ["postgres://u:p@db/cowrie?ssl=0", "off"],
])("S27: %s is connected to as %s", (url, mode) => {
  const { mode: found, ssl, connectionString } = secureTransport(url);
  expect(found).toBe(mode);
  if (mode === "local" || mode === "off") expect(ssl).toBe(false);
  else expect(ssl).toMatchObject({ rejectUnauthorized: mode === "verified" });
  expect(connectionString).not.toMatch(/ssl|libpq/);
});

test.each(["sslmode=nonsense", "ssl=perhaps", "sslmode=constructor", "sslrootcert=/nowhere/ca.pem"])(
  "S27: a URL with %s is refused without any part of it",
  (parameter) => {
    const parse = () => secureTransport(`postgres://u:Canary-7f3a@db/cowrie?${parameter}`);
    expect(parse).toThrow(RefusalError);
    expect(parse).not.toThrow(/Canary/);
  },
);

test("S27: the environment switches no verification off", () => {
  vi.stubEnv("PGSSLMODE", "no-verify");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(secureTransport("postgres://u:p@db/cowrie").ssl).toEqual({ rejectUnauthorized: true });
});

test("S27: a server with a certificate of its own is refused in clear text, and taken once its authority is named", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "tidemark-tls-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  onTestFinished(closePools);
  const { certificate, key } = makeSelfSigned("localhost");
  const files = { certificate: path.join(folder, "server.crt"), key: path.join(folder, "server.key") };
  await chmod(folder, 0o755);
  await writeFile(files.certificate, certificate, { mode: 0o644 });
  await writeFile(files.key, key, { mode: 0o600 });
  const account = readServerAccount();
  if (account !== null) await chown(files.key, account.uid, account.gid);
  const server = await aServer({ ssl: "on", ssl_cert_file: files.certificate, ssl_key_file: files.key });

  await expect(connect(server.url, ELSEWHERE, "")).rejects.toThrow(
    /0\.0\.0\.0:\d+\/postgres shows a certificate that cannot be verified \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
  );
  await expect(connect(server.url, "127.0.0.1", "sslmode=verify-full")).rejects.toThrow(/cannot be verified/);
  const trusted = `sslrootcert=${files.certificate}`;
  await expect(connect(server.url, ELSEWHERE, trusted)).rejects.toThrow(/ERR_TLS_CERT_ALTNAME_INVALID/);
  expect(await connect(server.url, "localhost", `sslmode=verify-full&${trusted}`)).toBe(true);
  expect(await connect(server.url, ELSEWHERE, "sslmode=no-verify")).toBe(true);

  const unverified = targetOf(server.url, ELSEWHERE, "sslmode=no-verify");
  expect(await readConnectionReport(unverified)).toMatchObject({
    tls: "unverified",
    warnings: [{ message: "The certificate of the database server is not verified." }, expect.anything()],
  });
});

test("S27: a server elsewhere without TLS is refused unless the URL says that this is wanted", async () => {
  const server = await aServer();
  await expect(connect(server.url, ELSEWHERE, "")).rejects.toThrow(/offers no TLS, and is on another machine/);
  await expect(connect(server.url, ELSEWHERE, "sslmode=prefer")).rejects.toThrow(/offers no TLS/);
  expect(await connect(server.url, ELSEWHERE, "sslmode=disable")).toBe(false);
});

function targetOf(serverUrl: string, host: string, parameters: string): DatabaseTarget {
  const url = new URL(serverUrl);
  url.host = `${host}:${url.port}`;
  url.search = parameters;
  return { connectionString: url.href, schema: "public" };
}

/** Whether the connection is encrypted, as the server sees it. */
function connect(serverUrl: string, host: string, parameters: string): Promise<boolean> {
  return withClient(targetOf(serverUrl, host, parameters), async (client) => {
    const { rows } = await client.query<{ ssl: boolean }>(
      "select ssl from pg_catalog.pg_stat_ssl where pid = pg_backend_pid()",
    );
    return rows[0]?.ssl === true;
  });
}
