import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");
const files = readdirSync(path.join(ROOT, "app"), { recursive: true, encoding: "utf8" })
  .map((file) => path.join("app", file))
  .sort();

/** Handlers that open without a session, and what they call first instead. */
const OPEN: Record<string, RegExp> = {
  "app/api/health/route.ts": /^await connection\(\)/,
  "app/api/metrics/route.ts": /^return answerMetrics\(request\)/,
  "app/api/ready/route.ts": /^return respond\(await answerReadiness\(\)\)/,
  "app/api/auth/[...path]/route.ts": /^try \{\s*refuseForeign\(request\.headers, request\.method\)/,
};

/** Name and statements of every function that a module exports. */
function readExports(file: string): { name: string; statements: ts.Statement[] }[] {
  return readSource(file).flatMap((statement) => {
    const isExported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isExport) === true;
    if (!isExported || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [];
    if (!ts.isFunctionDeclaration(statement)) throw new Error(`${file} exports what is no function.`);
    return [{ name: statement.name?.text ?? "", statements: [...(statement.body?.statements ?? [])] }];
  });
}

function readSource(file: string): ts.Statement[] {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  return [...ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true).statements];
}

/** Whether anything happens in it. */
function doesSomething(node: ts.Node): boolean {
  if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isAwaitExpression(node)) return true;
  return ts.forEachChild(node, (child) => doesSomething(child) || undefined) === true;
}

const isExport = ({ kind }: ts.Modifier) => kind === ts.SyntaxKind.ExportKeyword;

const actionFiles = files
  .filter((file) => file.endsWith(".ts"))
  .filter((file) => /^["']use server["']/.test(readFileSync(path.join(ROOT, file), "utf8")));

test.each(actionFiles)("S1: every action of %s asks the guard before anything else", (file) => {
  const actions = readExports(file);
  expect(actions.length).toBeGreaterThan(0);
  for (const { name, statements } of actions) {
    const last = statements.at(-1);
    expect(`${name} ${last?.getText()}`).toMatch(/^\w+ return (asOperator\("(viewer|operator|admin)"|steer\(")/);
    expect(`${name} ${statements.slice(0, -1).some(doesSomething)}`).toBe(`${name} false`);
  }
});

test("S1: what steers a run goes through the guard as well", () => {
  const steer = readSource("app/actions/runs.ts").find(
    (statement) => ts.isFunctionDeclaration(statement) && statement.name?.text === "steer",
  ) as ts.FunctionDeclaration;
  const statements = steer.body?.statements.map((statement) => statement.getText()) ?? [];
  expect(statements).toHaveLength(1);
  expect(statements[0]).toMatch(/^return asOperator\("operator"/);
});

test.each(files.filter((file) => file.endsWith("route.ts")))(
  "S1: every handler of %s asks the guard before anything else",
  (file) => {
    const handlers = readExports(file);
    expect(handlers.length).toBeGreaterThan(0);
    const first = OPEN[file] ?? /^const access = await requireRole\("(viewer|operator|admin)", request\)/;
    for (const { statements } of handlers) expect(statements[0]?.getText()).toMatch(first);
  },
);
