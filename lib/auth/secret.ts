import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
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
    await mkdir(path.dirname(file), { recursive: true });
    // Two servers may start at once: whoever comes second reads what the first one wrote.
    const options = { mode: 0o600, flag: "wx" };
    await writeFile(file, randomBytes(SECRET_BYTES).toString("base64"), options).catch((cause: { code?: string }) => {
      if (cause.code !== "EEXIST") throw cause;
    });
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw new RefusalError(
      "usage",
      `No secret is set, and none can be kept in ${file} (${(cause as { code?: string }).code}).`,
      "Set TIDEMARK_SECRET to the output of: openssl rand -base64 32",
      { cause },
    );
  }
}
