import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DEMO_DATA } from "@/lib/demo/address-table";
import { readInstalledBeside } from "@/scripts/tidemark-bundle";

const ROOT = path.resolve(import.meta.dirname, "..");

/** One package of package-lock.json, as far as it is looked at here. */
interface Entry {
  version?: string;
  license?: string;
  os?: string[];
  cpu?: string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** A package of others, by its place below the project. */
export interface ThirdParty {
  place: string;
  name: string;
  version: string;
  licence: string;
}

/**
 * Every package that package-lock.json names, each version once: those of which something is shipped or installed beside
 * Tidemark, and those that only build and test it.
 */
export function readThirdParties(): { shipped: ThirdParty[]; others: ThirdParty[] } {
  const packages: Record<string, Entry> = JSON.parse(
    readFileSync(path.join(ROOT, "package-lock.json"), "utf8"),
  ).packages;
  const shippedPlaces = closeOver(packages, readShippedNames());
  const all = Object.entries(packages)
    .filter(([place]) => place !== "")
    .map(([place, entry]) => ({
      place,
      name: nameOf(place),
      version: entry.version ?? "",
      licence: entry.license ?? licenceOfSibling(packages, place),
    }))
    .sort((one, other) => one.name.localeCompare(other.name, "en") || one.version.localeCompare(other.version, "en"));
  const once = (parties: ThirdParty[]) =>
    parties.filter((it, i) => it.name !== parties[i - 1]?.name || it.version !== parties[i - 1]?.version);
  const shipped = once(all.filter(({ place }) => shippedPlaces.has(place)));
  const known = new Set(shipped.map(({ name, version }) => `${name} ${version}`));
  return { shipped, others: once(all.filter(({ name, version }) => !known.has(`${name} ${version}`))) };
}

/** The text that a package's licence asks to be kept, several files one after the other; null where it has none. */
export function readLicenceText({ place }: ThirdParty): string | null {
  const folder = path.join(ROOT, place);
  if (!existsSync(folder)) return null;
  const texts = listLicences(folder).map((file) => readFileSync(path.join(folder, file), "utf8"));
  return texts.length === 0 ? null : texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n");
}

/** Names of the files of a folder that say what may be done with what is in it. */
export function listLicences(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

const LICENCE_FILE = /^(.*-)?(licen[cs]e|copying|notice)([.-](?!js$|ts$).*)?$/i;

/** Packages that the modules of the product name, those of its styles, of its data, and those installed beside it. */
function readShippedNames(): string[] {
  const files = ["app", "components", "lib"].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => path.join(folder, file)),
  );
  const isShipped = (file: string) =>
    /\.(tsx?|css)$/.test(file) && !/\.test\.tsx?$/.test(file) && !file.startsWith(path.join("lib", "testing"));
  const specifiers = files.filter(isShipped).flatMap((file) => {
    const text = readFileSync(path.join(ROOT, file), "utf8");
    return [...text.matchAll(/(?:from |import |import\()"([^"]+)"/g)].map(([, specifier]) => specifier ?? "");
  });
  const names = [...specifiers, ...Object.values(DEMO_DATA)]
    .filter((specifier) => !/^(@\/|\.|node:)/.test(specifier))
    .map((specifier) => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/"));
  return [...new Set([...names, "react-dom", ...readInstalledBeside()])];
}

/** Their places, and those of what they need in turn; what is optional only where it is installed beside Tidemark. */
function closeOver(packages: Record<string, Entry>, names: string[]): Set<string> {
  const places = new Set<string>();
  const beside = new Set(readInstalledBeside());
  const visit = (place: string) => {
    if (places.has(place)) return;
    places.add(place);
    const { dependencies, optionalDependencies } = packages[place] ?? {};
    const optional = beside.has(nameOf(place)) ? optionalDependencies : {};
    for (const name of Object.keys({ ...dependencies, ...optional })) {
      const found = locate(packages, place, name);
      if (found !== null) visit(found);
    }
  };
  for (const name of names) {
    const place = locate(packages, "", name);
    if (place !== null) visit(place);
  }
  return places;
}

/** Looks where Node would: in the package's own node_modules, then in those above it. */
function locate(packages: Record<string, Entry>, from: string, name: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    const place = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === "") return null;
  }
}

const nameOf = (place: string) => place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);

/** A build for another system, which this registry does not have, is under the licence of its siblings. */
function licenceOfSibling(packages: Record<string, Entry>, place: string): string {
  const family = place.replace(
    /-(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|wasm32|win32|windows)\b.*$/,
    "-",
  );
  const sibling = Object.entries(packages).find(
    ([other, { license }]) => other.startsWith(family) && license !== undefined,
  );
  if (sibling?.[1].license === undefined) throw new Error(`${place} has no licence in package-lock.json.`);
  return sibling[1].license;
}
