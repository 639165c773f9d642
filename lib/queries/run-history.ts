import "server-only";
import { z } from "zod";
import { type Answer, RUN_OUTCOMES, type RunHistory, runKind } from "@/lib/contract";
import { type RunFilter, readRunHistory } from "@/lib/migration";
import { answer } from "@/lib/queries/answers";

/** Runs on a page. */
const PAGE_SIZE = 25;

/** Parameters of an address, as Next gives them. */
type Parameters = Record<string, string | string[] | undefined>;

/** What the address of the page asks for. */
export interface RunHistoryQuery extends RunFilter {
  /** Only runs before this one. */
  before?: number;
}

const parameters = z.object({
  kind: runKind.optional().catch(undefined),
  outcome: z.enum(RUN_OUTCOMES).optional().catch(undefined),
  before: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number)
    .optional()
    .catch(undefined),
});

/** What the parameters ask for; what they do not say, or say wrongly, narrows nothing and begins with the newest. */
export function readRunHistoryQuery(given: Parameters): RunHistoryQuery {
  const read = Object.entries(parameters.parse(given));
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

/** A page of the journal beside earlier runs. */
export function answerRunHistory({ before, ...filter }: RunHistoryQuery): Promise<Answer<RunHistory>> {
  const from = before === undefined ? {} : { before };
  return answer((target) => readRunHistory(target, { filter, ...from, limit: PAGE_SIZE }));
}
