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
  /** Leaves an answer that does not end after so many milliseconds, with what it has said; left out: waits for its end. */
  patienceMs?: number;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Sends exactly these headers, and Host unless it is given: browsers and fetch forbid to choose Host and Origin. */
export function send(baseURL: string | undefined, request: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(baseURL ?? "");
  const { method = "GET", path, headers = {}, body, isChunked = false, patienceMs } = request;
  const length = body === undefined || isChunked ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const sent = plainRequest(
      { hostname, port, path, method, headers: { host, ...length, ...headers }, setHost: false },
      (response) => {
        let text = "";
        const done = () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        response.setEncoding("utf8").on("data", (piece: string) => {
          text += piece;
        });
        response.on("end", done);
        response.on("error", done);
        if (patienceMs === undefined) return;
        setTimeout(() => {
          done();
          sent.destroy();
        }, patienceMs).unref();
      },
    );
    sent.on("error", reject);
    if (isChunked) for (const piece of body?.match(/.{1,1000}/gs) ?? []) sent.write(piece);
    sent.end(isChunked ? undefined : body);
  });
}

/** The cookies of a page as a header, for requests of its operator that no browser would send. */
export async function cookieOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies();
  return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
}
