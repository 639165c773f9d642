import { request } from "node:http";

/** JavaScript that a browser without anything cached loads with a page, compressed. */
export interface PageScripts {
  route: string;
  scripts: number;
  bytes: number;
}

/** Every page of the console but `/run`, which leads to one of these; `:id` stands for a run. */
const ROUTES = ["/", "/runs", "/runs/:id", "/schema", "/plan", "/coverage", "/set-aside"];

/**
 * Weighs the scripts that the HTML of each page names, as sent to a browser that takes gzip. The polyfills for old
 * browsers do not count: no browser of today loads a script marked `noModule`. Routes that do not exist are left out.
 */
export async function weighPages(url: string, runId: number): Promise<PageScripts[]> {
  const pages: PageScripts[] = [];
  for (const route of ROUTES) {
    const page = await get(url + route.replace(":id", String(runId)));
    if (page.status === 404) continue;
    if (page.status !== 200) throw new Error(`${route} answers ${page.status}.`);
    const tags = page.body.toString().match(/<script\b[^>]*>/gi) ?? [];
    const sources = tags.filter((tag) => !/\bnomodule\b/i.test(tag)).map((tag) => /\bsrc="([^"]+)"/.exec(tag)?.[1]);
    const scripts = new Set(sources.filter((source) => source !== undefined));
    let bytes = 0;
    for (const script of scripts) bytes += (await get(new URL(script, url).href, "gzip")).body.length;
    pages.push({ route, scripts: scripts.size, bytes });
  }
  return pages;
}

/** As it comes over the wire: `fetch` would unpack it. */
function get(url: string, encoding = "identity"): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { "Accept-Encoding": encoding } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }));
      response.once("error", reject);
    });
    asked.once("error", reject);
    asked.end();
  });
}
