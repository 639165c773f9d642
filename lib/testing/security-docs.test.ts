import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");

const text = await readFile(path.join(ROOT, "docs/security.md"), "utf8");
const rows = [...text.matchAll(/^\| (S\d+) \|(.*)\|$/gm)].map(([, id = "", rest = ""]) => {
  const cells = rest.split(" | ").map((cell) => cell.trim());
  const files = [...(cells.at(-1) ?? "").matchAll(/`([^`]+\.(?:test|spec)\.tsx?)`/g)].map(([, file = ""]) => file);
  return { id, cells, files };
});

test("every promise from S1 to S30 has its row, in order, with nothing left out", () => {
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 30 }, (_, index) => `S${index + 1}`));
  for (const { id, cells } of rows)
    expect(
      cells.filter((cell) => cell !== ""),
      id,
    ).toHaveLength(3);
});

test.each(rows.map((row) => [row.id, row] as const))("%s is tested where the table says", async (id, { files }) => {
  expect(files).not.toEqual([]);
  for (const file of files) {
    // The id at the beginning of a title: "S14: …", "S3, S4: …".
    const named = new RegExp(`["'\`](?:[FS]\\d+, )*${id}\\b`);
    expect(await readFile(path.join(ROOT, file), "utf8"), `${file} names ${id}`).toMatch(named);
  }
});
