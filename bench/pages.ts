import { request } from "node:http";

/** JavaScript that a browser without anything cached loads with a page, compressed. */
export interface PageScripts {
  route: string;
  scripts: number;
  bytes: number;
}

/** Every page of the console but `/run`, which leads to one of these; `:id` stands for a run. */
const ROUTES = ["/", "/runs", "/runs/:id", "/schema", "/plan", "/coverage", "/set-aside"];

/** A script of the build, in a tag or in the data that the page hands to React, which loads it as well. */
const SCRIPT = /\/_next\/(static\/[\w./~-]+?\.js)|"(static\/chunks\/[\w./~-]+?\.js)/g;

/**
 * Weighs the scripts that the HTML of each page names, as sent to a browser that takes gzip. The polyfills for old
 * browsers do not count: no browser of today loads a script marked `noModule`. Routes that do not exist are left out.
 */
export async function weighPages(
  url: string,
  { runId, cookie }: { runId: number; cookie: string },
): Promise<PageScripts[]> {
  const pages: PageScripts[] = [];
  for (const route of ROUTES) {
    const page = await get(url + route.replace(":id", String(runId)), { cookie });
    if (page.status === 404) continue;
    if (page.status !== 200) throw new Error(`${route} answers ${page.status}.`);
    const html = page.body.toString().replaceAll(/<script\b[^>]*\bnomodule\b[^>]*>/gi, "");
    const scripts = new Set([...html.matchAll(SCRIPT)].map(([, tagged, handed]) => tagged ?? handed));
    let bytes = 0;
    for (const script of scripts) bytes += await weigh(`${url}/_next/${script}`);
    pages.push({ route, scripts: scripts.size, bytes });
  }
  return pages;
}

async function weigh(url: string): Promise<number> {
  const { status, body } = await get(url, { "Accept-Encoding": "gzip" });
  if (status !== 200) throw new Error(`${url} answers ${status}.`);
  return body.length;
}

/** As it comes over the wire: `fetch` would unpack it. */
function get(url: string, headers: Record<string, string>): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { "Accept-Encoding": "identity", ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }));
      response.once("error", reject);
    });
    asked.once("error", reject);
    asked.end();
  });
}
