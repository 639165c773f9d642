/**
 * `npm run demo`: the whole product on one command. Database, demo honeypot at v15, production build, web server; ends
 * with Ctrl-C. What is there already is kept.
 */
import { once } from "node:events";
import { createServer } from "node:net";
import { parseArgs } from "node:util";
import { type DatabaseTarget, readDatabaseAddress } from "@/lib/db/client";
import { ensureEmbedded } from "@/lib/db/embedded";
import { findFreePort } from "@/lib/db/embedded-server";
import { readTarget } from "@/lib/db/target";
import { DEFAULT_DEMO_SESSIONS, isEmptyDatabase, makeDemo } from "@/lib/demo/demo";
import { ConfigurationError, readSettings, type Settings } from "@/lib/env";
import { RefusalError } from "@/lib/refusal";
import { openDemoAccess } from "@/scripts/demo-access";
import { ensureBuild } from "@/scripts/production-build";
import { openWebServer } from "@/scripts/web-server";

async function demo(): Promise<number> {
  const { values } = parseArgs({ options: { sessions: { type: "string", default: String(DEFAULT_DEMO_SESSIONS) } } });
  const sessions = Number(values.sessions);
  if (!Number.isInteger(sessions) || sessions < 1) {
    throw new RefusalError("usage", "--sessions takes a positive whole number.", "npm run demo -- --sessions 50000");
  }

  const settings = readSettings();
  const target = await openTarget(settings);
  if (await isEmptyDatabase(target)) {
    console.log(`Making a demo honeypot of ${sessions.toLocaleString("en")} sessions at v15 ...`);
    await makeDemo(target, { sessions });
  } else {
    console.log("The database holds something already; it is kept as it is.");
  }

  if (!ensureBuild()) return 1;
  const port = (await isPortFree(settings.PORT)) ? settings.PORT : await findFreePort();
  const access = await openDemoAccess(target, port);
  const server = await openWebServer(port, {
    DATABASE_URL: target.connectionString,
    TIDEMARK_SCHEMA: target.schema,
    TIDEMARK_HOST: "127.0.0.1",
    // Only this machine reaches it, whatever else is configured here.
    TIDEMARK_PUBLIC_ORIGIN: "",
  });
  console.log(`\nTidemark is at ${server.url} (Ctrl-C ends it; the database keeps what you did).`);
  if (access !== null) {
    console.log(`Open it signed in, once:  ${access.link}`);
    console.log(`Or sign in as ${access.email} with ${access.password}, which a reset asks for as well.`);
  }

  const signal = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]).then(() => "signal" as const);
  const end = await Promise.race([server.ended, signal]);
  if (end !== "signal") return end ?? 1;
  await server.stop();
  return 0;
}

async function openTarget(settings: Settings): Promise<DatabaseTarget> {
  if (settings.DATABASE_URL !== undefined) {
    const target = await readTarget(settings);
    const { name, host, port } = readDatabaseAddress(target.connectionString);
    console.log(`Database: ${name} at ${host}:${port}`);
    return target;
  }
  const { connectionString, folder } = await ensureEmbedded(settings.TIDEMARK_HOME);
  console.log(`Database: PostgreSQL in ${folder}`);
  return { connectionString, schema: settings.TIDEMARK_SCHEMA };
}

async function isPortFree(port: number): Promise<boolean> {
  if (port === 0) return false;
  const probe = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (isFree) await new Promise((resolve) => probe.close(resolve));
  return isFree;
}

try {
  process.exitCode = await demo();
} catch (cause) {
  if (!(cause instanceof RefusalError || cause instanceof ConfigurationError)) throw cause;
  console.error(`${cause.message}\n${cause.remedy}`);
  process.exitCode = cause instanceof RefusalError ? cause.exitCode : 2;
}
