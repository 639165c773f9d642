import { STREAM_READERS } from "@/lib/client/stream-events";
import type { LogEvent } from "@/lib/contract";

/** Longest piece of parsing at a stretch, in milliseconds: between two pieces the page answers to its reader. */
const PIECE_MS = 8;
/** Lines parsed between two looks at the clock. */
const LINES_A_LOOK = 64;

/**
 * The stored lines of a run after `afterSeq`, in order, in pieces. An event stream would give them too, but a browser
 * hands on at once all of its events that arrived together, and holds up the page with thousands.
 *
 * @throws {Error} when the console does not answer or breaks off; what was given before stands.
 */
export async function* readLogHistory(
  runId: number,
  { afterSeq, signal }: { afterSeq: number; signal: AbortSignal },
): AsyncGenerator<LogEvent[], void, undefined> {
  const response = await fetch(`/api/runs/${runId}/log?format=ndjson&after=${afterSeq}`, { signal, cache: "no-store" });
  if (!response.ok || response.body === null) throw new Error(`The log of run ${runId} answered ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const texts = (rest + chunk.value).split("\n");
    rest = texts.pop() ?? "";
    yield* parseInPieces(texts);
  }
}

async function* parseInPieces(texts: readonly string[]): AsyncGenerator<LogEvent[], void, undefined> {
  for (let from = 0; from < texts.length; ) {
    const lines: LogEvent[] = [];
    const deadline = performance.now() + PIECE_MS;
    do {
      const look = texts.slice(from, from + LINES_A_LOOK);
      for (const text of look) lines.push(STREAM_READERS.log(JSON.parse(text)));
      from += look.length;
    } while (from < texts.length && performance.now() < deadline);
    yield lines;
    if (performance.now() >= deadline) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
