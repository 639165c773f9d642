/** One package of package-lock.json, as far as it is looked at here. */
export interface LockedPackage {
  version?: string;
  resolved?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

/** package-lock.json, version 3. */
export interface LockFile {
  packages: Record<string, LockedPackage>;
}

/** An optional package that another one asks for and the lock file does not have. */
export interface MissingPackage {
  name: string;
  version: string;
}

/**
 * Optional packages without an entry. npm leaves out those that the registry in use did not have, typically builds for
 * other systems, and `npm ci` then refuses the whole file.
 */
export function findMissing({ packages }: LockFile): MissingPackage[] {
  const missing = new Map<string, MissingPackage>();
  for (const [place, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (!isLocked(packages, place, name)) missing.set(name, { name, version });
    }
  }
  return [...missing.values()];
}

/** Looks where Node would: in the package's own node_modules, then in those above it. */
function isLocked(packages: LockFile["packages"], place: string, name: string): boolean {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === "") return false;
  }
}

/**
 * The same lock file with every optional package in it, sorted by place, and without addresses: those of a mirror
 * would bind everybody to it.
 *
 * @throws {Error} for a package whose version or system cannot be told from its name.
 */
export function completeLock(lock: LockFile): LockFile {
  const added = findMissing(lock).map((it): [string, LockedPackage] => [`node_modules/${it.name}`, toEntry(it)]);
  const packages = Object.entries(lock.packages).map(([place, { resolved: _, ...entry }]): [string, LockedPackage] => [
    place,
    entry,
  ]);
  const byPlace = ([one]: [string, LockedPackage], [other]: [string, LockedPackage]) => one.localeCompare(other, "en");
  return { ...lock, packages: Object.fromEntries([...packages, ...added].sort(byPlace)) };
}

const SYSTEMS: Record<string, string> = { windows: "win32" };
const PLATFORM =
  /-(aix|android|darwin|freebsd|linux|linuxmusl|netbsd|openbsd|openharmony|sunos|win32|windows)-(\w+)(?:-(\w+))?$/;

function toEntry({ name, version }: MissingPackage): LockedPackage {
  if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${name} asks for ${version}: no single version to lock.`);
  if (name.includes("wasm32")) return { version, optional: true, cpu: ["wasm32"] };
  const [, system = "", cpu = "", abi = ""] = PLATFORM.exec(name) ?? [];
  if (system === "") throw new Error(`${name} does not say for which system it is.`);
  const os = SYSTEMS[system] ?? system.replace("musl", "");
  const isMusl = system === "linuxmusl" || abi.startsWith("musl");
  const libc = isMusl ? "musl" : abi.startsWith("gnu") ? "glibc" : null;
  return {
    version,
    optional: true,
    os: [os],
    cpu: [cpu],
    ...(libc === null || os !== "linux" ? {} : { libc: [libc] }),
  };
}
