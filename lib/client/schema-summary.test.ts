import { expect, test } from "vitest";
import { shortDefinition, summarise } from "@/lib/client/schema-summary";

test.each([
  ["CREATE INDEX idx_session_source_ip ON public.session_summaries USING btree (source_ip)", "btree (source_ip)"],
  ['CREATE UNIQUE INDEX "Odd" ON s.t USING btree (a)', "unique btree (a)"],
  ["CHECK ((session_count >= 0))", "check ((session_count >= 0))"],
  [
    "FOREIGN KEY (source_ip) REFERENCES public.ip_inventory(ip_address)",
    "foreign key (source_ip) → public.ip_inventory(ip_address)",
  ],
])("shortens %s", (definition, short) => {
  expect(shortDefinition(definition)).toBe(short);
});

test("lets the worst state speak for all", () => {
  expect(summarise(["as-declared", "planned", "missing", "invalid"])).toEqual({ state: "different", text: "2 drifts" });
  expect(summarise(["v15", "planned"])).toEqual({ state: "planned", text: "1 planned" });
  expect(summarise(["v15", "extra", "as-declared"])).toEqual({ state: "as-declared", text: "as declared" });
});
