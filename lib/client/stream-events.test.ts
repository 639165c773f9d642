import { expect, test } from "vitest";
import { STREAM_READERS } from "@/lib/client/stream-events";
import { streamEvent } from "@/lib/contract";
import { aRunDetail, aRunPhase } from "@/lib/testing/run-detail";

test("knows every event of the contract", () => {
  expect(Object.keys(STREAM_READERS).sort()).toEqual(Object.keys(streamEvent).sort());
});

test("takes what the server sends as it is", () => {
  const log = { type: "log", seq: 1, at: "2026-01-01T00:00:00.000Z", level: "info", phase: null, message: "x" };
  expect(STREAM_READERS.log(log)).toBe(log);
  expect(STREAM_READERS.run(aRunDetail())).toEqual({ type: "run", run: aRunDetail() });
  expect(STREAM_READERS.phase(aRunPhase())).toEqual({ type: "phase", phase: aRunPhase() });
});

test.each(Object.entries(STREAM_READERS))("refuses a %s that is none, by name", (name, read) => {
  for (const data of [null, "text", {}, []]) expect(() => read(data)).toThrow(`\`${name}\``);
});
