import { expect, test } from "vitest";
import { toFavicon } from "@/lib/client/run-favicon";

const drawn = (share: number) => decodeURIComponent(toFavicon(share, "running"));

test("water stands as high as the run is far, and never below what can be seen", () => {
  expect(drawn(0.6)).toContain("y='8' width='15' height='12'");
  expect(drawn(0)).toContain("height='1'");
});

test("a little further is the same image, so that a tab does not flicker", () => {
  expect(toFavicon(0.601, "running")).toBe(toFavicon(0.612, "running"));
  expect(toFavicon(0.6, "running")).not.toBe(toFavicon(0.7, "running"));
  expect(toFavicon(0.6, "held")).not.toBe(toFavicon(0.6, "failed"));
});
