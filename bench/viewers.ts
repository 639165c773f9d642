import { percentile } from "@/bench/statistics";
import { streamEvent } from "@/lib/contract";

/** How long log lines took from being stored to their viewers, in milliseconds, over all viewers. */
export interface LineTimes {
  viewers: number;
  /** Lines of the run. */
  lines: number;
  p50: number;
  p95: number;
  longest: number;
}

/**
 * Follows a run as so many browsers would, to its end. Lines from before a viewer came are not counted.
 *
 * @throws {Error} when a viewer misses a line that another one saw, or the stream ends without the end of the run.
 */
export async function watchRun(
  url: string,
  runId: number,
  { viewers, cookie }: { viewers: number; cookie: string },
): Promise<LineTimes & { status: string }> {
  const address = `${url}/api/runs/${runId}/events`;
  const seen = await Promise.all(Array.from({ length: viewers }, () => follow(address, cookie)));
  const lines = Math.max(...seen.map(({ lastSeq }) => lastSeq));
  if (seen.some(({ count, firstSeq, lastSeq }) => lastSeq !== lines || count !== lastSeq - firstSeq + 1)) {
    throw new Error(`Viewers saw ${seen.map(({ count }) => count).join(", ")} lines of ${lines}.`);
  }
  const times = seen.flatMap((viewer) => viewer.times);
  const shares = { p50: percentile(times, 0.5), p95: percentile(times, 0.95), longest: percentile(times, 1) };
  return { viewers, lines, status: seen[0]?.status ?? "", ...shares };
}

interface Seen {
  times: number[];
  count: number;
  firstSeq: number;
  lastSeq: number;
  status: string;
}

async function follow(url: string, cookie: string): Promise<Seen> {
  const response = await fetch(url, { headers: { cookie } });
  if (!response.ok || response.body === null) throw new Error(`${url} answers ${response.status}.`);
  const openedAt = Date.now();
  const seen: Seen = { times: [], count: 0, firstSeq: 1, lastSeq: 0, status: "" };
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const arrivedAt = Date.now();
    const events = (rest + text).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) note(seen, event, { openedAt, arrivedAt });
  }
  if (seen.status === "") throw new Error("The stream ended before the run did.");
  return seen;
}

/** Server-sent events as this console writes them: one `event:` line, one `data:` line. */
function note(seen: Seen, event: string, { openedAt, arrivedAt }: { openedAt: number; arrivedAt: number }): void {
  const [, type] = /^event: (\w+)$/m.exec(event) ?? [];
  const [, data] = /^data: (.*)$/m.exec(event) ?? [];
  if (data === undefined) return;
  if (type === "end") seen.status = streamEvent.end.parse(JSON.parse(data)).status;
  if (type !== "log") return;
  const { seq, at } = streamEvent.log.parse(JSON.parse(data));
  if (seen.count === 0) seen.firstSeq = seq;
  seen.count += 1;
  seen.lastSeq = seq;
  const storedAt = Date.parse(at);
  if (storedAt > openedAt) seen.times.push(arrivedAt - storedAt);
}
