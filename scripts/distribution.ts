import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { constants, gzipSync } from "node:zlib";
import { DEMO_DATA } from "@/lib/demo/address-table";
import { toManPage } from "@/scripts/man-page";
import { listLicences } from "@/scripts/third-party";
import { bundleTidemark, readInstalledBeside } from "@/scripts/tidemark-bundle";

const ROOT = path.resolve(import.meta.dirname, "..");

/** What is shipped: command line, web server, manual page, data of the demo. */
export const DISTRIBUTION = path.join(ROOT, "dist");
const WEB = path.join(DISTRIBUTION, "web");

/** What a server is made of. Next's trace takes the whole checkout along, settings of this machine in `.env` included. */
const SERVER = ["", "server.js", ".next", "node_modules"];
/** And of that no console needs pictures made smaller, source maps, or what packages have of types and tests. */
const LEFT_OUT = /\.(map|tsx?|mts|cts)$|^node_modules\/(@img|sharp|typescript)(\/|$)/;

/** Makes `dist/` out of the production build that Next has just made. */
export function makeDistribution(): void {
  rmSync(DISTRIBUTION, { recursive: true, force: true });
  mkdirSync(DISTRIBUTION);
  copyWebServer();
  bundleTidemark(path.join(DISTRIBUTION, "tidemark.mjs"));
  mkdirSync(path.join(DISTRIBUTION, "man"));
  writeFileSync(path.join(DISTRIBUTION, "man/tidemark.1"), toManPage());
  packDemoData();
}

function copyWebServer(): void {
  const standalone = path.join(ROOT, ".next/standalone");
  const isShipped = (source: string) => {
    const place = path.relative(standalone, source);
    return SERVER.includes(place.split(path.sep)[0] ?? "") && !LEFT_OUT.test(place);
  };
  // A tarball of npm carries no links: what they lead to is copied.
  cpSync(standalone, WEB, { recursive: true, dereference: true, filter: isShipped });
  cpSync(path.join(ROOT, ".next/static"), path.join(WEB, ".next/static"), { recursive: true });
  cpSync(path.join(ROOT, "public"), path.join(WEB, "public"), { recursive: true });
  writeFileSync(path.join(WEB, "package.json"), `${JSON.stringify({ private: true, type: "module" }, null, 2)}\n`);
  for (const name of readInstalledBeside()) leadOut(name);
  copyLicences("node_modules");
}

/** A trace has the files that are executed; the licences of what it takes along belong beside them. */
function copyLicences(folder: string): void {
  for (const entry of readdirSync(path.join(WEB, folder), { withFileTypes: true })) {
    if (entry.isDirectory()) copyLicences(path.join(folder, entry.name));
  }
  for (const file of listLicences(path.join(ROOT, folder))) {
    copyFileSync(path.join(ROOT, folder, file), path.join(WEB, folder, file));
  }
}

/**
 * Replaces a package that is installed beside Tidemark by one that leads there. Next asks for it under its name with a
 * digest behind it, and its trace has it for the platform of the build alone.
 */
function leadOut(name: string): void {
  const manifest = path.join(ROOT, "node_modules", name, "package.json");
  // What is for another platform is not installed here.
  if (!existsSync(manifest)) return;
  const { optionalDependencies }: { optionalDependencies?: object } = JSON.parse(readFileSync(manifest, "utf8"));
  for (const traced of [name, ...Object.keys({ ...optionalDependencies })]) {
    rmSync(path.join(WEB, "node_modules", traced), { recursive: true, force: true });
  }
  const folder = path.join(WEB, ".next/node_modules", path.dirname(name));
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder)) {
    if (!new RegExp(`^${path.basename(name)}-[0-9a-f]{8,}$`).test(entry)) continue;
    const shim = path.join(folder, entry);
    rmSync(shim, { recursive: true });
    mkdirSync(shim);
    writeFileSync(path.join(shim, "package.json"), `${JSON.stringify({ main: "index.cjs" })}\n`);
    writeFileSync(path.join(shim, "index.cjs"), `module.exports = require(${JSON.stringify(name)});\n`);
  }
}

/** The tables of addresses, a seventh of their size. */
function packDemoData(): void {
  const folder = path.join(DISTRIBUTION, "demo-data");
  mkdirSync(folder);
  const require = createRequire(import.meta.url);
  for (const file of Object.values(DEMO_DATA)) {
    const packed = gzipSync(readFileSync(require.resolve(file)), { level: constants.Z_BEST_COMPRESSION });
    writeFileSync(path.join(folder, `${path.basename(file)}.gz`), packed);
  }
}
