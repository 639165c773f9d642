import type pg from "pg";
import type { DatabaseTarget } from "@/lib/db/client";
import { hasJournal } from "@/lib/db/console-db";
import { withReadClient } from "@/lib/db/pool";
import { readable } from "@/lib/migration/read/history";
import { adviceOn, type SetAsideAdvice } from "@/lib/migration/read/set-aside-advice";

/** A value that could not be represented. */
export interface SetAsideValue {
  table: string;
  key: string;
  field: string;
  reason: string;
  /** The offending scalar, printable, at most 200 characters; null for a whole document. */
  value: string | null;
}

/** The same, and the newest run that met it. */
export interface SetAsideEntry extends SetAsideValue {
  runId: number;
}

/** Which values to list; what is left out is not asked for. */
export type SetAsideFilter = Partial<Pick<SetAsideValue, "table" | "field" | "reason">>;

/** Where a page ended; the next one begins behind it. */
export type SetAsideCursor = Pick<SetAsideValue, "table" | "key" | "field">;

/** Values of one table and field with one reason. */
export interface SetAsideGroup extends Pick<SetAsideValue, "table" | "field" | "reason">, SetAsideAdvice {
  count: number;
}

export interface SetAsidePage {
  values: SetAsideEntry[];
  /** Null on the last page. */
  next: SetAsideCursor | null;
}

/** Values read at a time for a whole list: no connection and no snapshot is held between two readings. */
const CHUNK = 5_000;

/**
 * One page of the list, in the order of table, key and field. The newest reading of each value counts.
 *
 * @param limit values on a page.
 */
export function readSetAside(
  target: DatabaseTarget,
  options: { filter: SetAsideFilter; after: SetAsideCursor | null; limit: number },
): Promise<SetAsidePage> {
  const { filter, after, limit } = options;
  return ifJournalled(target, { values: [], next: null }, async (client) => {
    const { rows } = await client.query<SetAsideEntry>(PAGE, [
      after?.table ?? "",
      after?.key ?? "",
      after?.field ?? "",
      filter.table ?? null,
      filter.field ?? null,
      filter.reason ?? null,
      limit + 1,
    ]);
    const values = rows.slice(0, limit);
    const last = values.at(-1);
    return { values, next: rows.length > limit && last !== undefined ? last : null };
  });
}

/** What is set aside by table, field and reason, with what to do about it; the most frequent first. */
export function readSetAsideGroups(target: DatabaseTarget): Promise<SetAsideGroup[]> {
  return ifJournalled(target, [], async (client) => {
    const { rows } = await client.query<Omit<SetAsideGroup, keyof SetAsideAdvice>>(GROUPS);
    return rows.map((group) => ({ ...group, ...adviceOn(group.reason) }));
  });
}

/** Every value of the list in its order, some thousand at a time. */
export async function* readAllSetAside(
  target: DatabaseTarget,
  filter: SetAsideFilter = {},
): AsyncGenerator<SetAsideEntry[]> {
  let after: SetAsideCursor | null = null;
  do {
    const page: SetAsidePage = await readSetAside(target, { filter, after, limit: CHUNK });
    yield page.values;
    after = page.next;
  } while (after !== null);
}

function ifJournalled<T>(
  target: DatabaseTarget,
  otherwise: T,
  read: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  return readable(() =>
    withReadClient(target, async (client) => ((await hasJournal(client)) ? read(client) : otherwise)),
  );
}

const PAGE = `
select newest.table_name as "table", newest.key, newest.field, newest.reason, newest.value,
  newest.run_id::float8 as "runId"
from (
  select distinct on (a.table_name, a.key, a.field) a.table_name, a.key, a.field, a.reason, a.value, a.run_id
  from tidemark.set_aside as a
  where (a.table_name, a.key, a.field) > ($1::text, $2::text, $3::text)
  order by a.table_name, a.key, a.field, a.run_id desc
) as newest
where ($4::text is null or newest.table_name = $4)
  and ($5::text is null or newest.field = $5)
  and ($6::text is null or newest.reason = $6)
order by newest.table_name, newest.key, newest.field
limit $7`;

const GROUPS = `
select a.table_name as "table", a.field, a.reason, count(*)::float8 as count
from tidemark.set_aside as a
where not exists (
  select
  from tidemark.set_aside as later
  where later.table_name = a.table_name and later.key = a.key and later.field = a.field and later.run_id > a.run_id
)
group by 1, 2, 3
order by count desc, 1, 2, 3`;
