import { ensureBuild } from "@/scripts/production-build";

/** Browser tests see what operators see: the production build, of the present sources. */
// biome-ignore lint/style/noDefaultExport: Playwright takes the default export
export default function setup(): void {
  if (!ensureBuild()) throw new Error("The production build failed; its output is above.");
}
