import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

const FORWARDED = "x-forwarded-for";

/** Done once a process, however often this module is loaded. */
const registry = globalThis as typeof globalThis & { tidemarkNotesPeers?: boolean };

/**
 * Has every request of this process carry the address of its connection as last entry of X-Forwarded-For, as a proxy
 * would add it: route handlers see no connection, and what a browser sends in that header is anybody's word.
 */
export function notePeers(): void {
  if (registry.tidemarkNotesPeers === true) return;
  registry.tidemarkNotesPeers = true;
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    const sent = request.headers[FORWARDED];
    const peer = request.socket.remoteAddress ?? "unknown";
    request.headers[FORWARDED] = sent === undefined ? peer : `${sent}, ${peer}`;
  });
}

/**
 * The address that a request came from: of its connection, or, behind so many trusted proxies, the one that the outermost
 * of them saw. Entries further left are not believed.
 */
export function readClientAddress(headers: Headers, trustedProxies: number): string {
  const entries = (headers.get(FORWARDED) ?? "").split(",").map((entry) => entry.trim());
  return entries.at(-1 - trustedProxies) ?? entries.at(0) ?? "unknown";
}
