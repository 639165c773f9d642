import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Console } from "@/e2e/fixtures";
import { type RawAnswer, send } from "@/e2e/raw-request";
import { addOperator, setPassword } from "@/lib/auth/operators";
import type { Role } from "@/lib/contract";
import { withClient } from "@/lib/db/client";
import { signIn } from "@/scripts/signed-in";

const BUILD = path.resolve(import.meta.dirname, "../.next/server");
const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(BUILD, file), "utf8"));

const manifest = z.object({
  node: z.record(z.string(), z.object({ exportedName: z.string(), workers: z.record(z.string(), z.unknown()) })),
  edge: z.record(z.string(), z.unknown()),
});

/** A server action: its id, and a page that has it. */
export interface ServerAction {
  id: string;
  path: string;
}

/** Every server action that the build answers to, by the name of its function. */
export function readActions(): Map<string, ServerAction> {
  const { node, edge } = manifest.parse(readJson("server-reference-manifest.json"));
  if (Object.keys(edge).length > 0) throw new Error("There are actions in another runtime.");
  return new Map(
    Object.entries(node).map(([id, { exportedName, workers }]) => {
      const pages = Object.keys(workers).map((worker) => toAddress(worker.replace(/^app/, ""), "page"));
      const path = pages.find((page) => !page.includes("[")) ?? pages[0] ?? "";
      return [exportedName, { id, path: toPath(path) }];
    }),
  );
}

/** The action of this name. */
export function readAction(name: string): ServerAction {
  const action = readActions().get(name);
  if (action === undefined) throw new Error(`There is no action ${name}.`);
  return action;
}

/** The addresses of a kind that the build answers to, as in `/runs/[id]`, without their groups. */
export function readAddresses(kind: "page" | "route"): string[] {
  return Object.keys(z.record(z.string(), z.string()).parse(readJson("app-paths-manifest.json")))
    .filter((key) => key.endsWith(`/${kind}`) && !key.startsWith("/_"))
    .map((key) => toAddress(key, kind));
}

/** An address with a run filled in. */
export function toPath(address: string): string {
  return address.replace("[id]", "1").replace("[...path]", "nothing");
}

/** `/(console)/runs/[id]/page` as `/runs/[id]`. */
function toAddress(key: string, kind: "page" | "route"): string {
  return key.slice(0, -kind.length - 1).replace(/\/\([^)]*\)/g, "") || "/";
}

/** Calls a server action as a page does, with what it is to be given. */
export function callAction(
  baseURL: string,
  { id, path }: ServerAction,
  cookie: string,
  input: unknown[] = [{}],
): Promise<RawAnswer> {
  const types = { "content-type": "text/plain;charset=UTF-8", accept: "text/x-component" };
  const headers = { origin: baseURL, cookie, "next-action": id, ...types };
  return send(baseURL, { method: "POST", path, headers, body: JSON.stringify(input) });
}

/** Asks for something of signing in or out. */
export function askAccess(baseURL: string, what: string, body: object, headers: Record<string, string> = {}) {
  return send(baseURL, {
    method: "POST",
    path: `/api/auth/${what}`,
    headers: { origin: baseURL, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** Password of every operator whom `signInAs` makes. */
export const PASSWORD = "dotted recorded, solid observed";

/** Makes an operator of that role, and gives a session cookie. */
export async function signInAs(console: Console, role: Role, email = `${role}@example.org`): Promise<string> {
  await withClient(console.target, async (client) => {
    const { id } = await addOperator(client, { email, name: role, role });
    await setPassword(client, id, PASSWORD);
  });
  return signIn(console.baseURL, { email, password: PASSWORD });
}

/** Content of every table of the console and the honeypot, but for what a refusal itself writes, or a reading keeps. */
export async function readContent(console: Console): Promise<Record<string, string>> {
  const tables = await console.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables
     where schemaname in ('public', 'tidemark') and tablename not in ('audit_events', 'action_rates', 'measures', 'sessions')
     order by 1`,
  );
  const content: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await console.query<{ digest: string }>(
      `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as digest from ${name} t`,
    );
    content[name] = row?.digest ?? "";
  }
  return content;
}

/** Value of the cookie of this name in what a server sent, without its attributes; and those. */
export function readCookie({ headers }: RawAnswer): { pair: string; attributes: string[] } {
  const lines = [headers["set-cookie"] ?? []].flat();
  const line = lines.find((one) => one.includes(".session_token="));
  const [pair = "", ...attributes] = line?.split("; ") ?? [];
  return { pair, attributes };
}
