import { existsSync } from "node:fs";
import { get } from "node:http";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ownOrigins } from "@/lib/auth/request-guard";
import type { AddCommand, ExitCode, Session } from "@/lib/cli/command";
import { plain } from "@/lib/cli/terminal";
import type { WebCheck } from "@/lib/contract";
import { readSettings, type Settings } from "@/lib/env";
import { RefusalError } from "@/lib/refusal";

/** How long a console may take to say that it is up, in milliseconds. */
const ANSWER_TIMEOUT_MS = 5_000;

/** `web`: the console in the browser, as one process; with `--check` whether it is up. */
export const addWeb: AddCommand = (program, start) => {
  program
    .command("web")
    .description("serve the web console until stopped")
    .option("--check", "ask the console of these settings whether it is up, instead; exit code 1 unless it is")
    .action(
      start(
        (session, { check: isCheck = false }: { check?: boolean }) => (isCheck ? check(session) : serve()),
        "graceful",
      ),
    );
};

/** Never resolves: the server ends the process, also at a signal, when its streams are closed and its batch is done. */
async function serve(): Promise<ExitCode> {
  const { TIDEMARK_HOST: host, PORT: port } = readSettings();
  const file = locateServer(path.dirname(fileURLToPath(import.meta.url)));
  // Read by Next when it starts, before any module of ours.
  Object.assign(process.env, { HOSTNAME: host, PORT: String(port), NEXT_MANUAL_SIG_HANDLE: "true" });
  const folder = process.cwd();
  await import(pathToFileURL(file).href);
  // The server has gone to its own folder; paths in settings are those of whoever started it.
  process.chdir(folder);
  return new Promise(() => {});
}

/**
 * The server of the production build.
 *
 * @param folder that of the command line: `dist/`, or in a checkout one two levels below its root.
 * @throws {RefusalError} `usage` where it was not built.
 */
export function locateServer(folder: string): string {
  const file = ["web", "../../dist/web"].map((it) => path.join(folder, it, "server.js")).find((it) => existsSync(it));
  if (file !== undefined) return file;
  throw new RefusalError(
    "usage",
    "The web console is not built here.",
    "Build it first, in the checkout: npm run build",
  );
}

async function check({ terminal }: Session): Promise<ExitCode> {
  const settings = readSettings();
  const url = toHealthUrl(settings);
  const status = await readHealth(url, settings);
  const isUp = status === 200;
  if (terminal.isJson) terminal.json({ url, isUp, status } satisfies WebCheck);
  else terminal.line(plain(`${url} ${isUp ? "is up" : status === null ? "does not answer" : `answers ${status}`}.`));
  return isUp ? 0 : 1;
}

/** On this machine, whichever of its addresses the console listens on. Pure. */
export function toHealthUrl({ TIDEMARK_HOST: host, PORT: port }: Pick<Settings, "TIDEMARK_HOST" | "PORT">): string {
  const address = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[host] ?? (host.includes(":") ? `[${host}]` : host);
  return `http://${address}:${port}/api/health`;
}

/** The status of the answer; null without one. Asks under the console's own name: any other is turned away. */
function readHealth(url: string, settings: Settings): Promise<number | null> {
  const host = new URL(ownOrigins(settings)[0] ?? url).host;
  return new Promise((resolve) => {
    const request = get(url, { headers: { host }, timeout: ANSWER_TIMEOUT_MS, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(null));
  });
}
