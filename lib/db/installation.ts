import { realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Folders at or below which this installation of Tidemark lies, the surest first: that of the asking module; that of the
 * program, for a module that a bundler moved; the working directory.
 *
 * @param moduleUrl `import.meta.url` of the asking module.
 */
export function installationFolders(moduleUrl: string): string[] {
  return [
    folderOf(() => fileURLToPath(moduleUrl)),
    folderOf(() => realpathSync(process.argv[1] ?? "")),
    /* turbopackIgnore: true */ process.cwd(),
  ].filter((folder) => folder !== null);
}

/** Null where there is no such file: a bundler makes up the addresses of its modules. */
function folderOf(locate: () => string): string | null {
  try {
    return path.dirname(locate());
  } catch {
    return null;
  }
}
