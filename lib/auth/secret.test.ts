import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSecret } from "@/lib/auth/secret";
import { readSettings } from "@/lib/env";
import { RefusalError } from "@/lib/refusal";

async function aHome(): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), "tidemark-secret-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

test("S10: there is no secret that comes with the product: each installation makes one, for its owner's eyes only", async () => {
  const homes = [await aHome(), await aHome()];
  const secrets = await Promise.all(
    homes.map((home) => readSecret({ TIDEMARK_SECRET: undefined, TIDEMARK_HOME: home })),
  );
  expect(new Set(secrets).size).toBe(2);
  const [home = "", other = ""] = homes;
  expect(Buffer.from(await readFile(path.join(home, "secret"), "utf8"), "base64")).toHaveLength(32);
  expect((await stat(path.join(home, "secret"))).mode & 0o777).toBe(0o600);
  // Two servers that start at once have the same one.
  const again = await Promise.all(
    [1, 2, 3].map(() => readSecret({ TIDEMARK_SECRET: undefined, TIDEMARK_HOME: other })),
  );
  expect(new Set(again)).toEqual(new Set([secrets[1]]));
});

test("S10: one that is set counts, and a weak one is refused before anything starts", async () => {
  const secret = "rT0m5mQ2n8Zb3x7Lq1Vw9Kc4Yd6Pf0Sg2Hj5Ua8Ne=";
  expect(await readSecret({ TIDEMARK_SECRET: secret, TIDEMARK_HOME: "/nowhere" })).toBe(secret);
  for (const weak of ["tidemark", "x".repeat(64), "changeme-changeme-changeme-changeme"]) {
    expect(() => readSettings({ NODE_ENV: "test", TIDEMARK_SECRET: weak })).toThrow(/TIDEMARK_SECRET/);
  }
});

test("S10: where none is set and none can be kept, nobody signs in, and it says what to set", async () => {
  // No folder can be made below a file.
  const home = path.join(import.meta.filename, "home");
  const kept = readSecret({ TIDEMARK_SECRET: undefined, TIDEMARK_HOME: home });
  await expect(kept).rejects.toThrow(RefusalError);
  await expect(kept).rejects.toMatchObject({ remedy: expect.stringContaining("TIDEMARK_SECRET") });
});

test("servers that start at once have the same secret", async () => {
  const home = await aHome();
  const starts = Array.from({ length: 20 }, () => readSecret({ TIDEMARK_SECRET: undefined, TIDEMARK_HOME: home }));
  const secrets = new Set(await Promise.all(starts));
  expect(secrets.size).toBe(1);
  expect([...secrets][0]).toHaveLength(44);
});
