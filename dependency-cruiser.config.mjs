/**
 * Imports run one way. Each layer lists what it may import besides itself, its tests and packages; everything else of
 * this project is forbidden. `npm run deps` checks it, and that the rules still bite.
 */

/** Leaves that every layer may import. */
const LEAVES = ["lib/contract", "lib/refusal", "lib/env", "lib/redact", "lib/plain-text"];

/** The engine's only door. */
const ENGINE = "lib/migration/index";

const LAYERS = {
  app: {
    path: "app",
    may: [
      "components",
      "lib/queries",
      "lib/client",
      ENGINE,
      "lib/logs",
      "lib/auth",
      "lib/audit",
      "lib/http",
      ...LEAVES,
    ],
  },
  server: {
    path: "(instrumentation|proxy)",
    may: ["lib/queries", ENGINE, "lib/logs", "lib/auth", "lib/http", "lib/db", ...LEAVES],
  },
  components: { path: "components", may: ["lib/client", "lib/contract", "lib/plain-text"] },
  client: { path: "lib/client", may: ["lib/contract", "lib/plain-text"] },
  queries: {
    path: "lib/queries",
    may: [
      ENGINE,
      "lib/inspection",
      "lib/coverage",
      "lib/logs",
      "lib/auth",
      "lib/audit",
      "lib/http",
      "lib/telemetry",
      "lib/db",
      "package.json",
      ...LEAVES,
    ],
  },
  // Hears what runs say and reads the journal: the engine knows nothing of it.
  telemetry: { path: "lib/telemetry", may: ["lib/logs", "lib/db", "package.json", ...LEAVES] },
  audit: { path: "lib/audit", may: ["lib/http", "lib/db", ...LEAVES] },
  http: { path: "lib/http", may: ["lib/db", ...LEAVES] },
  auth: { path: "lib/auth", may: ["lib/db", ...LEAVES] },
  cli: {
    path: "lib/cli",
    may: [
      ENGINE,
      "lib/inspection",
      "lib/coverage",
      "lib/logs",
      "lib/auth",
      "lib/audit",
      "lib/telemetry",
      "lib/db",
      "lib/demo",
      "package.json",
      ...LEAVES,
    ],
  },
  migration: {
    path: "lib/migration/(?!phases/)",
    may: ["lib/migration", "lib/inspection", "lib/enrichment", "lib/coverage", "lib/logs", "lib/db", ...LEAVES],
  },
  // A phase decides; no connection can be reached from it.
  phases: {
    path: "lib/migration/phases/",
    may: [
      "lib/migration/(phase|ddl)",
      "lib/enrichment",
      "lib/inspection",
      "lib/db/(identifier|repair-names)",
      ...LEAVES,
    ],
  },
  inspection: {
    path: "lib/inspection",
    may: [
      "lib/db/(cowrie-schema|database-error|identifier|repair-names)",
      "lib/enrichment/generated-functions",
      ...LEAVES,
    ],
  },
  enrichment: {
    path: "lib/enrichment",
    may: ["lib/db/(identifier|repair-names)", "lib/inspection/snapshot", ...LEAVES],
  },
  coverage: { path: "lib/coverage", may: ["lib/db", "lib/enrichment", "lib/inspection", ...LEAVES] },
  logs: { path: "lib/logs", may: ["lib/db", ...LEAVES] },
  db: { path: "lib/db", may: ["lib/coverage/ledger-counts", ...LEAVES] },
  demo: { path: "lib/demo", may: ["lib/db", "lib/migration/ddl", ...LEAVES] },
};

const OURS = "^(app|bench|components|e2e|lib|scripts|instrumentation|proxy|package[.]json)";
const TESTS = "([.]test[.]tsx?$|^lib/testing/|^e2e/|^bench/)";

const anchored = (path) => `^${path}${/[/)]$|[.]json$/.test(path) ? "" : "(/|[.]tsx?$)"}`;

const layerRules = Object.entries(LAYERS).map(([name, { path, may }]) => ({
  name: `${name}-imports`,
  severity: "error",
  comment: `${path} may import ${may.join(", ")}.`,
  from: { path: anchored(path), pathNot: TESTS },
  to: { path: OURS, pathNot: [path, ...may].map(anchored) },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...layerRules,
    {
      name: "phases-see-types-only",
      severity: "error",
      comment: "A phase gets an inspection as data: it may know its shape and ask the pure parts, not how it is read.",
      from: { path: "^lib/migration/phases/", pathNot: TESTS },
      to: {
        path: "(^lib/inspection/|node_modules/(@types/)?pg/)",
        pathNot: "^lib/inspection/(drift|foreign-keys|ownership|repairs|replaced-objects|unbuilt-indexes)[.]ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "contract-has-one-door",
      severity: "error",
      comment: "Shapes are imported from lib/contract, whichever of its files they stand in.",
      from: { path: OURS, pathNot: "^lib/contract" },
      to: { path: "^lib/contract/" },
    },
    {
      name: "framework-stays-outside",
      severity: "error",
      comment: "The engine, the CLI and everything below them know neither Next nor React.",
      from: { path: "^lib/(?!queries/|client/|auth/)", pathNot: TESTS },
      to: { path: "(^|node_modules/)(next|react|react-dom|server-only)(/|$)" },
    },
    {
      name: "tests-stay-outside",
      severity: "error",
      comment: "Nothing that ships imports tests or what only they need.",
      from: { path: OURS, pathNot: TESTS },
      to: { path: "([.]test[.]tsx?$|^lib/testing/|^e2e/)" },
    },
    {
      name: "bench-stays-outside",
      severity: "error",
      comment: "Nothing stands on the benchmark, not even a test.",
      from: { path: OURS, pathNot: "^bench/" },
      to: { path: "^bench/" },
    },
    {
      name: "nothing-imports-app",
      severity: "error",
      comment: "Routes are the end of the line.",
      from: { pathNot: "^(app/|[.]next/)" },
      to: { path: "^app/" },
    },
    {
      name: "no-circular",
      severity: "error",
      comment: "Modules that need each other are one module; types may point back.",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "resolvable",
      severity: "error",
      comment: "An import that leads nowhere passes every other rule.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    // "specify" keeps type imports and marks them, so that they count as imports.
    tsPreCompilationDeps: "specify",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^([.]next|public|drizzle)/" },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json", ".css"],
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
