import { type FileHandle, open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { RefusalError } from "@/lib/refusal";

/** A line that is not a Cowrie event. */
export interface SkippedLine {
  file: string;
  /** Counted from 1. */
  line: number;
  reason: string;
}

const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * The lines of a file, plain or gzip (told by its first bytes, not its name), without their ends. Only a line feed ends
 * a line: attackers' text may hold U+2028.
 *
 * @throws {RefusalError} `usage` when the file cannot be read to its end.
 */
export async function* readLines(file: string): AsyncGenerator<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const magic = Buffer.alloc(2);
    await handle.read(magic, 0, 2, 0);
    const bytes = handle.createReadStream({ start: 0, autoClose: false });
    yield* splitLines(GZIP_MAGIC.every((byte, index) => magic[index] === byte) ? unzip(bytes) : bytes);
  } catch (cause) {
    throw toRefusal(file, cause);
  } finally {
    await handle?.close();
  }
}

function unzip(bytes: NodeJS.ReadableStream): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  bytes.once("error", (cause) => gunzip.destroy(cause));
  return bytes.pipe(gunzip);
}

async function* splitLines(bytes: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(Buffer.from(chunk), { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.replace(/\r$/, "");
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

function toRefusal(file: string, cause: unknown): unknown {
  const { code, syscall } = cause as { code?: string; syscall?: string };
  const isRead = syscall !== undefined || code?.startsWith("Z_") || code === "ERR_STREAM_PREMATURE_CLOSE";
  if (!isRead) return cause;
  return new RefusalError(
    "usage",
    `Log file ${file} cannot be read (${code}).`,
    code?.startsWith("Z_") ? "The gzip file is damaged or cut off: fetch it again." : "Check its name and permissions.",
    { cause },
  );
}
