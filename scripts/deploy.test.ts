import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DCLinter } from "dclint";
import { validate as lintDockerfile } from "dockerfile-utils";
import { Deployment } from "kubernetes-models/apps/v1";
import { Ingress } from "kubernetes-models/networking.k8s.io/v1";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1";
import { ConfigMap, Namespace, Secret, Service } from "kubernetes-models/v1";
import { expect, onTestFinished, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { ConfigurationError, findUnknownSettings, readSettings } from "@/lib/env";
import { reasonToSkip } from "@/lib/testing/debian-package";
import packageJson from "@/package.json" with { type: "json" };

const ROOT = path.resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

/** Names of variables that a file sets. */
const variablesOf = (text: string) => [...text.matchAll(/\b(TIDEMARK_[A-Z_]+)\b/g)].map(([name]) => name);

test.each([
  "Dockerfile",
  ...readdirSync(path.join(ROOT, "deploy"))
    .filter((file) => file.includes("."))
    .map((file) => `deploy/${file}`),
])("%s names only settings that there are", (file) => {
  const environment = Object.fromEntries(variablesOf(read(file)).map((name) => [name, ""]));
  expect(findUnknownSettings(environment as unknown as NodeJS.ProcessEnv)).toEqual([]);
});

test("the Dockerfile has nothing that the checks of Docker's editors find", () => {
  expect(lintDockerfile(read("Dockerfile"))).toEqual([]);
});

test("the image is of several stages, runs without root, and says how it is", () => {
  const stages = read("Dockerfile")
    .split(/^FROM /m)
    .slice(1);
  const last = stages.at(-1) ?? "";
  expect(stages.length).toBeGreaterThan(2);
  expect(new Set(stages.map((stage) => stage.split(/\s/, 1)[0])).size).toBe(1);
  expect(last).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  expect(last).toMatch(/^HEALTHCHECK .*CMD \["tidemark", "web", "--check"\]$/m);
  expect(last).toMatch(/^ENTRYPOINT \["tidemark"\]\nCMD \["web"\]$/m);
  expect(last).not.toMatch(/npm|apt-get/);
  const ignored = read(".dockerignore").split("\n");
  expect(ignored).toEqual(expect.arrayContaining([".env*", "node_modules", "deploy/secrets"]));
});

interface Compose {
  services: Record<string, Record<string, unknown> & { image: string; command?: string[] }>;
}

test("the compose file has nothing that its linter finds", () => {
  // The order of keys is that of a reader here: what it is before how it is kept.
  const linter = new DCLinter({
    rules: {
      "service-keys-order": 0,
      "services-alphabetical-order": 0,
      "require-quotes-in-ports": [1, { quoteType: "double" }],
    },
    quiet: false,
    debug: false,
    exclude: [],
  });
  const results = linter.lintFiles([path.join(ROOT, "deploy/compose.yaml")], false);
  expect(results.flatMap(({ messages }) => messages)).toEqual([]);
});

test("every container of ours is read-only and without capabilities", () => {
  const { services }: Compose = parse(read("deploy/compose.yaml"), { merge: true });
  const ours = Object.entries(services).filter(([, { image }]) => image.startsWith("tidemark"));
  expect(ours.map(([name]) => name)).toEqual(["web", "worker", "demo"]);
  for (const [, service] of ours) {
    expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
  }
});

const units = ["tidemark-web.service", "tidemark-worker.service"];
const noSystemd = reasonToSkip("systemd-analyze", "systemd");

/** The unit, with a program that is there. */
function aUnit(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "tidemark-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, name);
  writeFileSync(file, read(`deploy/${name}`).replace("/usr/local/bin/tidemark", process.execPath));
  return file;
}

test.skipIf(noSystemd).each(units)("systemd understands %s", (name) => {
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", aUnit(name)], {
    encoding: "utf8",
  });
  // What it says of other units of the machine is not about ours.
  const own = `${stdout}${stderr}`.split("\n").filter((line) => line.includes(name));
  expect([status, own]).toEqual([0, []]);
});

test.skipIf(noSystemd).each(units)("systemd rates %s as well confined", (name) => {
  const parameters = ["security", "--offline=true", "--threshold=20", "--no-pager", aUnit(name)];
  const { status, stdout } = spawnSync("systemd-analyze", parameters, { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, expect.stringMatching(/Overall exposure level for tidemark-\w+\.service: /)]);
});

const KINDS = { ConfigMap, Deployment, Ingress, Namespace, PodDisruptionBudget, Secret, Service };
const objects = parseAllDocuments(read("deploy/kubernetes.yaml")).map((document) => document.toJS());

test.each(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]))(
  "%s has the shape of its kind",
  (_, object) => {
    const Kind = KINDS[object.kind as keyof typeof KINDS];
    expect(object.apiVersion).toBe(Kind.apiVersion);
    expect(() => new Kind(object).validate()).not.toThrow();
  },
);

test("every pod may run under the standard `restricted`, writes nowhere but /tmp, and is of this version", () => {
  const deployments = objects.filter(({ kind }) => kind === "Deployment");
  expect(deployments).toHaveLength(2);
  for (const { spec } of deployments) {
    expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    expect(spec.template.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    });
    for (const container of spec.template.spec.containers) {
      expect(container.image).toMatch(new RegExp(`:${packageJson.version}$`));
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
  }
});

test("the secret of the example is a placeholder that no server starts with", () => {
  const secret = objects.find(({ kind }) => kind === "Secret");
  const environment = { TIDEMARK_SECRET: secret.stringData["tidemark-secret"] } as unknown as NodeJS.ProcessEnv;
  expect(() => readSettings(environment)).toThrow(ConfigurationError);
});
