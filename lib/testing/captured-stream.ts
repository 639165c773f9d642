import { Writable } from "node:stream";

/** A stream that keeps what is written to it. */
export type CapturedStream = Writable & { isTTY: boolean; text(): string };

/** A stdout or stderr for a test; `isTTY` says whether a person seems to look at it. */
export function aStream(isTTY = false): CapturedStream {
  let written = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  return Object.assign(stream, { isTTY, text: () => written });
}
