import { expect, test } from "vitest";
import { toTimesText } from "@/lib/client/plan-times";

test("says of how many steps the time is unknown rather than leaving them out", () => {
  expect(toTimesText([{ seconds: 90 }, { seconds: null }])).toBe("about 1 min 30 s, and 1 step of unknown length");
  expect(toTimesText([{ seconds: null }])).toBe("time unknown");
  expect(toTimesText([{ seconds: 0 }])).toBe("a moment");
});
