import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { compareWithReference, saveReference } from "@/bench/compare";
import { runReference } from "@/bench/reference";
import { aHoneypot } from "@/lib/testing/honeypot";
import { run } from "@/lib/testing/running";

/** A database that Tidemark migrated, and what the reference strategy computed from the same data. */
async function bothMigrated() {
  const folder = mkdtempSync(path.join(tmpdir(), "tidemark-compare-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const honeypot = await aHoneypot({ sessions: 400, addresses: 200, hasOddities: false });
  const other = await honeypot.copy();
  await runReference(other.target);
  const reference = await saveReference(other.target, folder);
  await run(honeypot.target);
  return { database: honeypot, reference };
}

describe("comparing with the reference strategy", () => {
  test("counts the values that both computed, and finds each one that differs", async () => {
    const { database, reference } = await bothMigrated();
    const compare = () => compareWithReference(database.target, reference);
    const compared = await compare();
    expect(compared).toMatchObject({ sessions: 400 });
    for (const what of ["addresses", "ASNs", "countries", "rows of ip_inventory"]) {
      expect(compared[what], what).toBeGreaterThan(10);
    }

    await database.query("update public.ip_inventory set session_count = session_count + 1");
    await expect(compare()).rejects.toThrow(`${compared["rows of ip_inventory"]} rows of ip_inventory differ`);
    await database.query("update public.session_summaries set snapshot_country = 'QQ', snapshot_asn = null");
    await expect(compare()).rejects.toThrow(`${compared.ASNs} ASNs differ`);
    await expect(compare()).rejects.toThrow(`${compared.countries} countries differ`);
    await database.query(
      "delete from public.session_summaries where session_id = (select min(session_id) from public.session_summaries)",
    );
    await expect(compare()).rejects.toThrow("1 sessions differ");
  });
});
