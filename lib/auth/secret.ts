import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Settings } from "@/lib/env";
import { keepSecret } from "@/lib/redact";
import { RefusalError } from "@/lib/refusal";

type SecretSettings = Pick<Settings, "TIDEMARK_SECRET" | "TIDEMARK_HOME">;

/** Entropy of a secret that this machine makes for itself, in bytes. */
const SECRET_BYTES = 32;

/**
 * What signs cookies and encrypts second factors: `TIDEMARK_SECRET`, else a random one that the first call leaves in
 * `TIDEMARK_HOME`, readable by its owner only. There is no default: another machine has another one.
 *
 * @throws {RefusalError} `usage` where none is set and none can be kept.
 */
export async function readSecret({ TIDEMARK_SECRET: set, TIDEMARK_HOME: home }: SecretSettings): Promise<string> {
  const secret = set ?? (await readOrMake(path.join(home, "secret")));
  keepSecret(secret);
  return secret;
}

async function readOrMake(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8").catch(() => make(file))).trim();
  } catch (cause) {
    throw new RefusalError(
      "usage",
      `No secret is set, and none can be kept in ${file} (${(cause as { code?: string }).code}).`,
      "Set TIDEMARK_SECRET to the output of: openssl rand -base64 32",
      { cause },
    );
  }
}

/** Written beside it first: two servers may start at once, and neither must read half a secret. */
async function make(file: string): Promise<string> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(draft, randomBytes(SECRET_BYTES).toString("base64"), { mode: 0o600, flag: "wx" });
  try {
    await link(draft, file).catch((cause: { code?: string }) => {
      if (cause.code !== "EEXIST") throw cause;
    });
  } finally {
    await rm(draft);
  }
  return readFile(file, "utf8");
}
