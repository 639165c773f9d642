import { request as plainRequest } from "node:http";
import type { Page } from "@playwright/test";

/** A request as it is sent, header by header. */
export interface RawRequest {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** Sends the body in pieces, without saying beforehand how long it is. */
  isChunked?: boolean;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** How much of an endless answer is read, in milliseconds after its beginning. */
const PATIENCE_MS = 1_500;

/**
 * Sends exactly these headers, and Host unless it is given: browsers and fetch forbid to choose Host and Origin. A stream
 * that does not end is left after a moment, with what it has said.
 */
export function send(baseURL: string | undefined, request: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(baseURL ?? "");
  const { method = "GET", path, headers = {}, body = "", isChunked = false } = request;
  const length = isChunked || method === "GET" ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const sent = plainRequest(
      { hostname, port, path, method, headers: { host, ...length, ...headers }, setHost: false },
      (response) => {
        let text = "";
        const done = () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        response.setEncoding("utf8").on("data", (piece: string) => {
          text += piece;
        });
        response.on("end", done);
        response.on("error", done);
        setTimeout(() => {
          done();
          sent.destroy();
        }, PATIENCE_MS).unref();
      },
    );
    sent.on("error", reject);
    if (isChunked) for (const piece of body.match(/.{1,1000}/gs) ?? []) sent.write(piece);
    sent.end(isChunked ? undefined : body);
  });
}

/** The cookies of a page as a header, for requests of its operator that no browser would send. */
export async function cookieOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies();
  return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
}
