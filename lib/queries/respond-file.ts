import "server-only";
import { toByteStream } from "@/lib/http/file-export";
import { answer, type DatabaseWork } from "@/lib/queries/answers";
import { respond } from "@/lib/queries/respond";

/** A file as the browser keeps it: its name, and the media type of what is in it. */
export interface FileKind {
  name: string;
  type: string;
}

/** The name of one of `formats` that `asked` is, or null. */
export function readFormat<Name extends string>(formats: Record<Name, unknown>, asked: string): Name | null {
  return Object.hasOwn(formats, asked) ? (asked as Name) : null;
}

/**
 * The chunks that `read` gives, as a file to take along, made as fast as it is taken; the reading ends when the reader goes
 * away. The first chunk is read before the answer begins, so that a refusal still is one.
 */
export async function respondFile(file: FileKind, read: DatabaseWork<AsyncGenerator<string>>): Promise<Response> {
  const opened = await answer(async (target) => {
    const chunks = await read(target);
    return { first: await chunks.next(), chunks };
  });
  if (!opened.ok) return respond(opened);
  const { first, chunks } = opened.value;
  return new Response(toByteStream(first, chunks), { headers: fileHeaders(file) });
}

/** Headers under which a browser keeps what it is sent instead of showing it, and nothing else keeps it. */
export function fileHeaders({ name, type }: FileKind): HeadersInit {
  return {
    "Content-Type": type,
    "Content-Disposition": `attachment; filename="${name}"`,
    "Cache-Control": "no-store",
  };
}
