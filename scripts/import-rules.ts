import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";

const ROOT = path.resolve(import.meta.dirname, "..");

/** Everything that holds modules of the project. */
const SOURCES = ["app", "bench", "components", "e2e", "lib", "scripts", "instrumentation.ts", "proxy.ts"];

const report = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** What a cruise found: modules looked at, and one line a forbidden import. */
export interface Cruise {
  modules: number;
  violations: { rule: string; from: string; to: string }[];
}

/** Checks the modules below `folder` against the import rules of the project. */
export function cruise(folder: string = ROOT): Cruise {
  const sources = SOURCES.filter((source) => existsSync(path.join(folder, source)));
  const binary = path.join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const config = path.join(ROOT, "dependency-cruiser.config.mjs");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [binary, "--config", config, "--output-type", "json", ...sources],
    { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  if (stdout === "") throw new Error(`dependency-cruiser said nothing: ${stderr.trim()}`);
  const { summary } = report.parse(JSON.parse(stdout));
  return {
    modules: summary.totalCruised,
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}

/** One forbidden import for each rule: its module and the line in it. */
const PLANTED: Record<string, [module: string, line: string]> = {
  "app-imports": ["app/page.tsx", 'import "@/lib/migration/engine";'],
  "server-imports": ["proxy.ts", 'import "@/components/button";'],
  "components-imports": ["components/list.tsx", 'import "@/lib/queries/runs";'],
  "client-imports": ["lib/client/run.ts", 'import "@/lib/db/client";'],
  "queries-imports": ["lib/queries/runs.ts", 'import "@/lib/migration/engine";'],
  "audit-imports": ["lib/audit/audited.ts", 'import "@/lib/migration/engine";'],
  "http-imports": ["lib/http/rate-limit.ts", 'import "@/lib/migration/engine";'],
  "telemetry-imports": ["lib/telemetry/hooks.ts", 'import "@/lib/migration/engine";'],
  "auth-imports": ["lib/auth/guard.ts", 'import "@/lib/migration/engine";'],
  "cli-imports": ["lib/cli/status.ts", 'import "@/lib/migration/engine";'],
  "migration-imports": ["lib/migration/engine.ts", 'import type { Runs } from "@/lib/queries/runs";'],
  "phases-imports": ["lib/migration/phases/source-ip.ts", 'import type { Client } from "@/lib/db/client";'],
  "inspection-imports": ["lib/inspection/live.ts", 'import "@/lib/migration/engine";'],
  "enrichment-imports": ["lib/enrichment/rules.ts", 'import "@/lib/db/client";'],
  "coverage-imports": ["lib/coverage/gates.ts", 'import "@/lib/migration/engine";'],
  "logs-imports": ["lib/logs/feed.ts", 'import "@/lib/inspection/live";'],
  "db-imports": ["lib/db/pool.ts", 'import "@/lib/inspection/live";'],
  "demo-imports": ["lib/demo/demo.ts", 'import "@/lib/migration/engine";'],
  "phases-see-types-only": ["lib/migration/phases/verdict.ts", 'import "@/lib/inspection/live";'],
  "contract-has-one-door": ["lib/logs/line.ts", 'import "@/lib/contract/run";'],
  "framework-stays-outside": ["lib/migration/run/worker.ts", 'import "next/server";'],
  "tests-stay-outside": ["lib/coverage/ledger.ts", 'import "@/lib/testing/database";'],
  "bench-stays-outside": ["lib/refusal.ts", 'import "@/bench/statistics";'],
  "nothing-imports-app": ["components/page.tsx", 'import "@/app/page";'],
  "no-circular": ["lib/db/address.ts", 'import "@/lib/db/client";'],
  resolvable: ["lib/env.ts", 'import "@/lib/nowhere";'],
};

/** Modules that the planted ones import and that plant nothing themselves. */
const BYSTANDERS: Record<string, string> = {
  "bench/statistics.ts": "",
  "components/button.tsx": "",
  "lib/contract/run.ts": "",
  "lib/db/client.ts": 'import "@/lib/db/address";',
  "lib/testing/database.ts": "",
  "tsconfig.json": JSON.stringify({ compilerOptions: { paths: { "@/*": ["./*"] } } }),
  "node_modules/next/package.json": JSON.stringify({ name: "next", version: "0.0.0" }),
  "node_modules/next/server.js": "",
  "package.json": JSON.stringify({ type: "module", dependencies: { next: "0.0.0" } }),
};

/** Names of the rules that did not find the violation planted for them, in a project made for that and removed. */
export function findBluntRules(): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), "tidemark-imports-"));
  try {
    for (const [file, text] of [...Object.values(PLANTED), ...Object.entries(BYSTANDERS)]) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), `${text}\n`);
    }
    const { violations } = cruise(folder);
    const isFound = (rule: string, module: string) => violations.some((it) => it.rule === rule && it.from === module);
    return Object.entries(PLANTED).flatMap(([rule, [module]]) => (isFound(rule, module) ? [] : [rule]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names of rules for which nothing is planted, so that a new rule cannot go untested. */
export async function findUnplantedRules(): Promise<string[]> {
  const config: { default: { forbidden: { name: string }[] } } = await import(
    path.join(ROOT, "dependency-cruiser.config.mjs")
  );
  return config.default.forbidden.map((rule) => rule.name).filter((name) => !(name in PLANTED));
}
