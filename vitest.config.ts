import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: {
      "@": path.resolve(import.meta.dirname),
      // Plain Node throws on that marker; it means something to the bundler only.
      "server-only": path.resolve(import.meta.dirname, "node_modules/server-only/empty.js"),
    },
  },
  // React components in tests; Next keeps "jsx": "preserve" semantics to itself.
  oxc: { jsx: { runtime: "automatic" } },
  test: {
    include: ["{app,bench,components,lib,scripts}/**/*.test.{ts,tsx}"],
    globalSetup: ["lib/testing/global-setup.ts"],
    setupFiles: ["lib/testing/console-guard.ts"],
    maxWorkers: 3,
    // A worker loads a module once, as the product does; what a test changes around it is put back below.
    isolate: false,
    unstubEnvs: true,
    unstubGlobals: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
