import "server-only";
import { z } from "zod";
import type { Answer } from "@/lib/contract";
import {
  readSetAside,
  readSetAsideGroups,
  type SetAsideCursor,
  type SetAsideFilter,
  type SetAsideGroup,
  type SetAsidePage,
} from "@/lib/migration";
import { answer } from "@/lib/queries/answers";

/** Values on a page of the list. */
const PAGE_SIZE = 100;

/** Parameters of an address, as Next gives them. */
type Parameters = Record<string, string | string[] | undefined>;

/** What the address of the page or of the export asks for. */
export interface SetAsideQuery {
  filter: SetAsideFilter;
  after: SetAsideCursor | null;
}

const word = z.string().min(1).max(200).optional().catch(undefined);
const filterParameters = z.object({ table: word, field: word, reason: word });
const cursor = z.tuple([z.string(), z.string(), z.string()]);

/** What `parameters` ask for; what they do not say, or say wrongly, narrows nothing and begins at the beginning. */
export function readSetAsideQuery(parameters: Parameters): SetAsideQuery {
  const given = filterParameters.parse(parameters);
  const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { filter, after: readCursor(parameters.after) };
}

/** The parameter `after` of the page behind `cursor`. */
export function toCursorParameter({ table, key, field }: SetAsideCursor): string {
  return Buffer.from(JSON.stringify([table, key, field])).toString("base64url");
}

function readCursor(parameter: string | string[] | undefined): SetAsideCursor | null {
  try {
    const parsed = cursor.safeParse(JSON.parse(Buffer.from(String(parameter), "base64url").toString()));
    // PostgreSQL has no text with a NUL in it.
    if (!parsed.success || parsed.data.some((part) => part.includes("\0"))) return null;
    const [table, key, field] = parsed.data;
    return { table, key, field };
  } catch {
    return null;
  }
}

/** A page of the values set aside, and what there is in all, by table, field and reason. */
export function answerSetAside(query: SetAsideQuery): Promise<Answer<SetAsidePage & { groups: SetAsideGroup[] }>> {
  return answer(async (target) => {
    const page = readSetAside(target, { ...query, limit: PAGE_SIZE });
    const [{ values, next }, groups] = await Promise.all([page, readSetAsideGroups(target)]);
    return { values, next, groups };
  });
}
