import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const APT_LOCK = path.join(tmpdir(), "tidemark-apt.lock");

/** The program of that name; null where it is not installed. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin"];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null;
}

/**
 * Why a test that needs a program of the system is skipped, or null if it can run; as root on Debian it is installed.
 * Printed.
 */
export function reasonToSkip(program: string, packageName: string): string | null {
  if (findProgram(program) !== null) return null;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    // Tests run beside each other, and apt refuses whoever comes second.
    const apt = (...parameters: string[]) => spawnSync("flock", [APT_LOCK, "apt-get", ...parameters], { env });
    apt("update");
    apt("install", "--yes", "--no-install-recommends", packageName);
    if (findProgram(program) !== null) return null;
  }
  const reason = `Skipped: ${program} is not installed, and could not be.`;
  process.stderr.write(`${reason}\n`);
  return reason;
}
