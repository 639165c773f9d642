import "server-only";
import type { Pulse } from "@/lib/contract";
import { hasJournal } from "@/lib/db/console-db";
import { withPooledClient } from "@/lib/db/pool";
import { answer } from "@/lib/queries/answers";

/**
 * The newest run, as it was journalled; null where there is none, or it cannot be read. One row is read, and nothing is
 * thrown: why a database does not answer is for the status to say.
 */
export async function answerPulse(): Promise<Pulse> {
  const answered = await answer((target) =>
    withPooledClient(target, async (client) => {
      if (!(await hasJournal(client))) return null;
      const { rows } = await client.query<NonNullable<Pulse["run"]>>(NEWEST_SQL);
      return rows[0] ?? null;
    }),
  ).catch(() => null);
  return { run: answered?.ok === true ? answered.value : null };
}

const NEWEST_SQL = `
select id::float8 as id, kind, status
from tidemark.runs
where kind <> 'verify'
order by id desc
limit 1`;
