import { expect, test } from "vitest";
import { demandMetricsAccess } from "@/lib/queries/metrics";
import { RefusalError } from "@/lib/refusal";

const TOKEN = "q8Zr2vXK0nE5sL1uYd7GhTjPw3BcMf6A9xR4oViNkQe=";
const BEARER = { authorization: `Bearer ${TOKEN}` };
const ORIGIN = "https://tidemark.example.org";

type Settings = Parameters<typeof demandMetricsAccess>[1];

test.each<[what: string, sent: Record<string, string>, settings: Partial<Settings>, isLetIn: boolean]>([
  ["this machine", { "x-forwarded-for": "127.0.0.1" }, {}, true],
  ["this machine by IPv6", { "x-forwarded-for": "::1" }, {}, true],
  ["another machine", { "x-forwarded-for": "198.51.100.7" }, {}, false],
  ["another machine that says it is this one", { "x-forwarded-for": "127.0.0.1, 198.51.100.7" }, {}, false],
  ["nobody knows who", {}, {}, false],
  [
    "this machine, behind whose proxy everybody is",
    { "x-forwarded-for": "127.0.0.1" },
    { TIDEMARK_PUBLIC_ORIGIN: ORIGIN },
    false,
  ],
  ["a trusted proxy", { "x-forwarded-for": "127.0.0.1, 127.0.0.1" }, { TIDEMARK_TRUSTED_PROXIES: 1 }, false],
  ["the token", { ...BEARER, "x-forwarded-for": "198.51.100.7" }, { TIDEMARK_METRICS_TOKEN: TOKEN }, true],
  ["another token", { authorization: `Bearer ${TOKEN}x` }, { TIDEMARK_METRICS_TOKEN: TOKEN }, false],
  ["this machine without the token", { "x-forwarded-for": "127.0.0.1" }, { TIDEMARK_METRICS_TOKEN: TOKEN }, false],
  ["a token where none is set", { ...BEARER, "x-forwarded-for": "198.51.100.7" }, {}, false],
])("S1: metrics for %s", (_what, sent, settings, isLetIn) => {
  const all: Settings = {
    TIDEMARK_METRICS_TOKEN: undefined,
    TIDEMARK_PUBLIC_ORIGIN: undefined,
    TIDEMARK_TRUSTED_PROXIES: 0,
    ...settings,
  };
  const ask = () => demandMetricsAccess(new Headers(sent), all);
  if (isLetIn) return expect(ask).not.toThrow();
  expect(ask).toThrow(RefusalError);
  expect(ask).not.toThrow(TOKEN);
});
