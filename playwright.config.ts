import { defineConfig } from "@playwright/test";
import { findChromium } from "@/scripts/chromium";

const executablePath = findChromium();

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/global-setup.ts",
  // Each worker runs a PostgreSQL, a web server and a browser, and waits a good part of its time: three keep two cores at
  // work. What measures time is tagged, and run by `npm test` alone.
  workers: 3,
  timeout: 60_000,
  forbidOnly: process.env.CI !== undefined,
  reporter: "list",
  // A trace of each test would take a third of the time again: `--trace on` for the one that fails.
  use: {
    screenshot: "only-on-failure",
    launchOptions: {
      ...(executablePath === null ? {} : { executablePath }),
      args: [
        ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ],
    },
  },
});
