import { expect, test } from "vitest";
import { toOutlookLines } from "@/lib/client/plan-lines";
import type { Finding } from "@/lib/contract";

const hazard: Finding = {
  ...{ id: "hazard:hazard:trigger-x", kind: "hazard", severity: "warning", phase: null, object: "hazard:trigger-x" },
  ...{ declared: null, live: null, message: "Trigger x fires.", remedy: "Look at it." },
};

test("a hazard stands first and is marked, whatever the order of the lines", () => {
  expect(toOutlookLines(["Types agree.", "Trigger x fires. Look at it."], [hazard])).toEqual([
    { text: "Trigger x fires. Look at it.", isWarning: true },
    { text: "Types agree.", isWarning: false },
  ]);
});

test("a figure is not torn from its unit", () => {
  expect(toOutlookLines(["up to 18 MB more, free 24.0 GB, 3 Bytes"], [])[0]?.text).toBe(
    "up to 18\u00a0MB more, free 24.0\u00a0GB, 3 Bytes",
  );
});
