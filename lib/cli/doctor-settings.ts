import { constants } from "node:fs";
import { access } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { fail, ok, warn } from "@/lib/cli/doctor-report";
import { locateServer } from "@/lib/cli/web";
import type { DoctorCheck } from "@/lib/contract";
import { ConfigurationError, findUnknownSettings, readSettings, type Settings } from "@/lib/env";
import packageJson from "@/package.json" with { type: "json" };

/** What can be said without a database; `settings` is null where they cannot be used. */
export async function examineSettings(
  environment: NodeJS.ProcessEnv,
): Promise<{ settings: Settings | null; checks: DoctorCheck[] }> {
  const node = checkNode(process.versions.node);
  const unknown = findUnknownSettings(environment).map((name) =>
    warn(
      "settings",
      `${name} is no setting of Tidemark.`,
      "Correct its name, or take it out: README.md lists them all.",
    ),
  );
  try {
    const settings = readSettings(environment);
    const read = unknown.length > 0 ? unknown : [ok("settings", "read")];
    const rest = [...checkSecret(settings), ...checkNetwork(settings), await checkHome(settings), checkWeb()];
    return { settings, checks: [node, ...read, ...rest] };
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause;
    return { settings: null, checks: [node, ...unknown, fail("settings", cause.message, cause.remedy)] };
  }
}

function checkNode(version: string): DoctorCheck {
  const oldest = packageJson.engines.node.replace(">=", "");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return ok("node", `Node.js ${version}`);
  return fail("node", `Node.js ${version}`, `Install Node.js ${oldest} or later.`);
}

/** A console on a network has more than one server sooner or later, and each would make up a secret of its own. */
function checkSecret(settings: Settings): DoctorCheck[] {
  if (settings.TIDEMARK_SECRET !== undefined) return [ok("secret", "set")];
  const kept = `made and kept in ${path.join(settings.TIDEMARK_HOME, "secret")}`;
  if (settings.TIDEMARK_PUBLIC_ORIGIN === undefined) return [ok("secret", kept)];
  return [
    warn(
      "secret",
      `${kept}: another server of this console would not know its sessions.`,
      "Set TIDEMARK_SECRET, or TIDEMARK_SECRET_FILE, to the output of: openssl rand -base64 32",
    ),
  ];
}

function checkNetwork(settings: Settings): DoctorCheck[] {
  const {
    TIDEMARK_HOST: host,
    PORT: port,
    TIDEMARK_PUBLIC_ORIGIN: origin,
    TIDEMARK_TRUSTED_PROXIES: proxies,
  } = settings;
  if (origin !== undefined && proxies === 0 && origin.startsWith("https:")) {
    return [
      warn(
        "network",
        `${origin} needs a proxy for its certificate, and none is trusted: limits and audit see the address of the proxy.`,
        "Set TIDEMARK_TRUSTED_PROXIES to the number of proxies before the console.",
      ),
    ];
  }
  const isHere = ["127.0.0.1", "::1", "localhost"].includes(host);
  if (origin === undefined && !isHere) {
    return [
      warn(
        "network",
        `The console listens on ${host}, and answers under the names of this machine only: 127.0.0.1, localhost.`,
        "Set TIDEMARK_PUBLIC_ORIGIN to the address under which browsers reach it, or TIDEMARK_HOST to 127.0.0.1.",
      ),
    ];
  }
  return [ok("network", `listens on ${host}:${port}${origin === undefined ? "" : `, reached as ${origin}`}`)];
}

/** The folder is made at need: it is its nearest ancestor that has to let us in. */
async function checkHome(settings: Settings): Promise<DoctorCheck> {
  const home = path.resolve(settings.TIDEMARK_HOME);
  if (settings.DATABASE_URL !== undefined && settings.TIDEMARK_SECRET !== undefined) {
    return ok("home", "not needed: database and secret are set");
  }
  for (let folder = home; ; folder = path.dirname(folder)) {
    const problem = await access(folder, constants.W_OK | constants.X_OK).then(
      () => null,
      (cause: { code?: string }) => cause.code ?? "unknown",
    );
    if (problem === null) return ok("home", home);
    if (problem === "ENOENT" && folder !== path.dirname(folder)) continue;
    return fail(
      "home",
      `Nothing can be kept in ${home} (${problem} at ${folder}).`,
      "Set TIDEMARK_HOME to a folder that this user may write to, or both DATABASE_URL and TIDEMARK_SECRET.",
    );
  }
}

function checkWeb(): DoctorCheck {
  try {
    locateServer(path.dirname(fileURLToPath(import.meta.url)));
    return ok("web", "built");
  } catch {
    return warn("web", "The web console is not built here; the command line works.", "npm run build");
  }
}
