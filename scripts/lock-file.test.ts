import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { completeLock, findMissing, type LockFile } from "@/scripts/lock-file";

test("the lock file of this project has every optional package, so that npm ci takes it", () => {
  const lock: LockFile = JSON.parse(readFileSync(path.resolve(import.meta.dirname, "../package-lock.json"), "utf8"));
  expect(findMissing(lock)).toEqual([]);
  expect(Object.values(lock.packages).filter((it) => it.resolved !== undefined)).toEqual([]);
});

test("adds what is missing for other systems and drops addresses", () => {
  const optionalDependencies = {
    "@next/swc-darwin-arm64": "16.4.6",
    "@next/swc-linux-x64-musl": "16.4.6",
    "@img/sharp-linuxmusl-x64": "0.35.5",
    "@oxide/wasm32-wasi": "4.3.5",
    there: "1.0.0",
  };
  const lock: LockFile = {
    packages: {
      "": {},
      "node_modules/next": { version: "16.4.6", resolved: "https://mirror.invalid/next.tgz", optionalDependencies },
      "node_modules/next/node_modules/there": { version: "1.0.0" },
    },
  };

  const complete = completeLock(lock);

  expect(complete.packages).toEqual({
    "": {},
    "node_modules/@img/sharp-linuxmusl-x64": {
      version: "0.35.5",
      optional: true,
      os: ["linux"],
      cpu: ["x64"],
      libc: ["musl"],
    },
    "node_modules/@next/swc-darwin-arm64": { version: "16.4.6", optional: true, os: ["darwin"], cpu: ["arm64"] },
    "node_modules/@next/swc-linux-x64-musl": {
      version: "16.4.6",
      optional: true,
      os: ["linux"],
      cpu: ["x64"],
      libc: ["musl"],
    },
    "node_modules/@oxide/wasm32-wasi": { version: "4.3.5", optional: true, cpu: ["wasm32"] },
    "node_modules/next": { version: "16.4.6", optionalDependencies },
    "node_modules/next/node_modules/there": { version: "1.0.0" },
  });
  expect(completeLock(complete)).toEqual(complete);
});

test("refuses to guess a version", () => {
  const lock = { packages: { "node_modules/a": { optionalDependencies: { "b-linux-x64": "^1.0.0" } } } };
  expect(() => completeLock(lock)).toThrow("b-linux-x64 asks for ^1.0.0");
});
