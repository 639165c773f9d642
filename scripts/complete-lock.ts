/** `npm run lock`, after every change of dependencies: makes package-lock.json one that `npm ci` takes everywhere. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { completeLock, findMissing, type LockFile } from "@/scripts/lock-file";

const file = path.resolve(import.meta.dirname, "../package-lock.json");
const lock: LockFile = JSON.parse(readFileSync(file, "utf8"));
writeFileSync(file, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
console.log(`${findMissing(lock).length} optional packages added to package-lock.json.`);
