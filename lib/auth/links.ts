import type pg from "pg";
import { digestOf, makeToken } from "@/lib/auth/digest";
import { ownOrigins } from "@/lib/auth/request-guard";
import type { Settings } from "@/lib/env";

/** What a link is for: the first operator, a new password, or a sign-in to the demo. */
export type LinkKind = "first-operator" | "password" | "sign-in";

/** How long a link is good for, in hours. */
const LINK_HOURS = 24;

/** A link as it is handed to its operator; whoever has it can use it, once. */
export interface IssuedLink {
  link: string;
  expiresAt: string;
}

type LinkSettings = Pick<Settings, "PORT" | "TIDEMARK_PUBLIC_ORIGIN">;

/** Makes a one-time link. The token is behind the `#`: no server or proxy writes it into a log. */
export async function issueLink(
  client: pg.ClientBase,
  { kind, operatorId }: { kind: LinkKind; operatorId: string | null },
  settings: LinkSettings,
): Promise<IssuedLink> {
  const token = makeToken();
  const { rows } = await client.query<{ expiresAt: string }>(
    `insert into tidemark.sign_in_links (digest, kind, operator_id, expires_at)
     values ($1, $2, $3, clock_timestamp() + interval '${LINK_HOURS} hours')
     returning to_char(expires_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "expiresAt"`,
    [digestOf(token), kind, operatorId],
  );
  return { link: `${ownOrigins(settings)[0]}/sign-in/link#${token}`, expiresAt: rows[0]?.expiresAt ?? "" };
}

/** What a link is for and whose it is; null where it is unknown, used or too old. Does not use it. */
export async function readLink(
  client: pg.ClientBase,
  token: string,
): Promise<{ kind: LinkKind; operatorId: string | null; email: string | null } | null> {
  const { rows } = await client.query(
    `select l.kind, l.operator_id as "operatorId", o.email
     from tidemark.sign_in_links l
     left join tidemark.operators o on o.id = l.operator_id
     where l.digest = $1 and ${UNUSED}
       and (l.kind <> 'first-operator' or not exists (select from tidemark.operators))`,
    [digestOf(token)],
  );
  return rows[0] ?? null;
}

/** Uses a link up. False where somebody was faster: of two, one uses it. */
export async function consumeLink(client: pg.ClientBase, token: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `update tidemark.sign_in_links l set used_at = clock_timestamp() where l.digest = $1 and ${UNUSED}`,
    [digestOf(token)],
  );
  return rowCount === 1;
}

const UNUSED = "l.used_at is null and l.expires_at > clock_timestamp()";
