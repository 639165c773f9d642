import { chmod, mkdtemp, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A file system in memory, where the system has one: databases come and go there by the thousand without touching a disk. */
const IN_MEMORY = "/dev/shm";

/** What all servers of a test run together may need, in bytes. */
const ROOM = 8 * 2 ** 30;

/** An empty folder that any account may enter, for a server whose data nobody will miss. */
export async function makeDataHome(): Promise<string> {
  const home = await mkdtemp(path.join((await hasRoom(IN_MEMORY)) ? IN_MEMORY : tmpdir(), "tidemark-test-"));
  await chmod(home, 0o755);
  return home;
}

async function hasRoom(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}
