import { expect, test } from "vitest";
import { isActive } from "@/lib/client/run-state";
import { ACTIVE_STATUSES, RUN_STATUSES } from "@/lib/contract";

test("calls active what the contract calls active", () => {
  expect(RUN_STATUSES.filter(isActive)).toEqual([...ACTIVE_STATUSES]);
});
