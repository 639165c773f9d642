import { expect, test } from "vitest";
import { toRunNews } from "@/lib/client/run-news";
import type { Pulse, RunStatus } from "@/lib/contract";

const run = (id: number, status: RunStatus): NonNullable<Pulse["run"]> => ({ id, kind: "migrate", status });

test.each<[Pulse["run"], Pulse["run"], string | null]>([
  [null, run(1, "queued"), "Run 1 has started: the migration."],
  [run(1, "queued"), run(1, "running"), null],
  [run(1, "running"), run(1, "running"), null],
  [run(1, "running"), run(1, "pausing"), null],
  [run(1, "pausing"), run(1, "paused"), "Run 1 is paused."],
  [run(1, "paused"), run(1, "running"), "Run 1 goes on."],
  [run(1, "running"), run(1, "failed"), "Run 1 has failed."],
  [run(1, "running"), run(2, "queued"), "Run 2 has started: the migration."],
  [run(1, "succeeded"), run(2, "succeeded"), "Run 2, the migration, has succeeded."],
])("from %j to %j says %j", (before, now, news) => {
  expect(toRunNews(before, now)).toBe(news);
});

test("a database that did not answer is no news of a run", () => {
  expect(toRunNews(run(1, "running"), null)).toBeNull();
});
