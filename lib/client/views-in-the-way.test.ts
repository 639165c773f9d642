import { expect, test } from "vitest";
import { viewsInTheWay } from "@/lib/client/views-in-the-way";
import type { Finding } from "@/lib/contract";

const dependent = (facts: Partial<Finding>): Finding => ({
  id: "dependent-object:public.report",
  kind: "dependent-object",
  severity: "error",
  phase: null,
  object: "public.report",
  declared: null,
  live: "view on public.ip_inventory (ip_address)",
  message: "",
  remedy: "",
  ...facts,
});

test("offers plain views that block, and nothing that cannot be made again", () => {
  const findings = [
    dependent({}),
    dependent({ object: "public.totals", live: "materialized view on public.ip_inventory (ip_address)" }),
    dependent({ object: "public.other", severity: "warning" }),
    dependent({ object: "hazard:pooler", kind: "hazard" }),
  ];
  expect(viewsInTheWay({ findings })).toEqual(["public.report"]);
});
