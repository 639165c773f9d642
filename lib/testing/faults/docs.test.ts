import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/** One row of the table: its cells behind the fault's id. */
interface Row {
  id: string;
  cells: string[];
  files: string[];
}

const text = await readFile(path.join(ROOT, "docs/faults.md"), "utf8");
const rows = [...text.matchAll(/^\| (F\d+) \|(.*)\|$/gm)].map(([, id = "", rest = ""]): Row => {
  const cells = rest.split(" | ").map((cell) => cell.trim());
  const files = [...(cells.at(-1) ?? "").matchAll(/`([^`]+\.(?:test|spec)\.tsx?)`/g)].map(([, file = ""]) => file);
  return { id, cells, files };
});

test("every fault from F1 to F86 has its row, in order, with nothing left out", () => {
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 86 }, (_, index) => `F${index + 1}`));
  for (const { id, cells } of rows) {
    expect(cells, id).toHaveLength(5);
    expect(
      cells.filter((cell) => cell === ""),
      id,
    ).toEqual([]);
  }
});

test.each(rows.map((row) => [row.id, row] as const))(
  "%s is tested where the table says, or the table says why not",
  async (id, { cells, files }) => {
    if (files.length === 0) return expect(cells.at(-1)).toMatch(/^Not tested here: \S+/);
    for (const file of files) {
      expect(file).toMatch(/^(lib|e2e)\//);
      // The id at the beginning of a title, or of a row of titles: "F1, F2: …", ["F17", …].
      const named = new RegExp(`["'\`](?:[FS]\\d+, )*${id}\\b`);
      expect(await readFile(path.join(ROOT, file), "utf8"), `${file} names ${id}`).toMatch(named);
    }
  },
);
