import { randomUUID } from "node:crypto";
import type pg from "pg";
import { z } from "zod";
import { checkPassword, hashPassword } from "@/lib/auth/password";
import { ABSOLUTE_HOURS, IDLE_MINUTES } from "@/lib/auth/sessions";
import { includesRole, type Operator, type Role } from "@/lib/contract";
import { RefusalError } from "@/lib/refusal";

/** Who an operator is to be. */
export interface NewOperator {
  email: string;
  name: string;
  role: Role;
}

/** All operators, by address. */
export async function listOperators(client: pg.ClientBase): Promise<Operator[]> {
  return (await client.query<Operator>(`${READ_OPERATORS} order by o.email`)).rows;
}

/**
 * The operator of an id or an address.
 *
 * @throws {RefusalError} `usage` where there is none.
 */
export async function readOperator(client: pg.ClientBase, idOrEmail: string): Promise<Operator> {
  const { rows } = await client.query<Operator>(`${READ_OPERATORS} where o.id = $1 or o.email = lower($1)`, [
    idOrEmail,
  ]);
  if (rows[0] === undefined) {
    throw new RefusalError("usage", "There is no such operator.", "`tidemark operator list` names all of them.");
  }
  return rows[0];
}

/** Whether anybody may sign in, or ever could. */
export async function hasOperators(client: pg.ClientBase): Promise<boolean> {
  return (await client.query("select from tidemark.operators limit 1")).rowCount === 1;
}

/**
 * Adds an operator, who cannot sign in before a password is set.
 *
 * @throws {RefusalError} `usage` for an address that is none, or is taken.
 */
export async function addOperator(client: pg.ClientBase, { email, name, role }: NewOperator): Promise<Operator> {
  const address = z.email().max(200).safeParse(email.trim().toLowerCase());
  if (!address.success) {
    throw new RefusalError("usage", "This is no e-mail address.", "Write it as name@example.org.");
  }
  const id = randomUUID();
  const { rowCount } = await client.query(
    `insert into tidemark.operators (id, email, name, role) values ($1, $2, $3, $4) on conflict (email) do nothing`,
    [id, address.data, name.trim().slice(0, 200) || address.data, role],
  );
  if (rowCount === 0) {
    throw new RefusalError("usage", "There is an operator of this address already.", "Change that one.");
  }
  return readOperator(client, id);
}

/**
 * Makes the first operator, an admin, with a password. Whoever comes second is refused.
 *
 * @throws {RefusalError} `usage` for an unusable address or password, `forbidden` where there is an operator.
 */
export async function addFirstOperator(
  client: pg.ClientBase,
  { email, name, password }: { email: string; name: string; password: string },
): Promise<Operator> {
  checkPassword(password);
  return alone(client, async () => {
    if (await hasOperators(client)) {
      throw new RefusalError("forbidden", "There is an operator already.", "An admin adds further ones.");
    }
    const { id } = await addOperator(client, { email, name, role: "admin" });
    await setPassword(client, id, password);
    return readOperator(client, id);
  });
}

/** Gives an operator a password; every session that was begun with another one ends, and so does every unused link. */
export async function setPassword(client: pg.ClientBase, operatorId: string, password: string): Promise<void> {
  checkPassword(password);
  await client.query(
    `insert into tidemark.sign_in_methods (id, operator_id, provider, subject, password_hash)
     values ($1, $2, 'credential', $2, $3)
     on conflict (provider, subject) do update set password_hash = excluded.password_hash, updated_at = clock_timestamp()`,
    [randomUUID(), operatorId, await hashPassword(password)],
  );
  await endSessions(client, operatorId);
}

/** Ends every session of an operator. A run goes on: it does not depend on who started it. */
export async function endSessions(client: pg.ClientBase, operatorId: string): Promise<void> {
  await client.query("delete from tidemark.sessions where operator_id = $1", [operatorId]);
  await client.query("delete from tidemark.sign_in_links where operator_id = $1", [operatorId]);
}

/** Takes the second factor away, for somebody who lost it. */
export async function dropTwoFactor(client: pg.ClientBase, operatorId: string): Promise<void> {
  await client.query("delete from tidemark.two_factors where operator_id = $1", [operatorId]);
  await client.query("update tidemark.operators set is_two_factor_enabled = false where id = $1", [operatorId]);
}

/**
 * Changes what an operator may do; holds from the next request on.
 *
 * @throws {RefusalError} `usage` when nobody would be left to manage operators.
 */
export async function setRole(client: pg.ClientBase, operatorId: string, role: Role): Promise<Operator> {
  return alone(client, async () => {
    if (!includesRole(role, "admin")) await keepAnAdmin(client, operatorId);
    await client.query("update tidemark.operators set role = $2, updated_at = clock_timestamp() where id = $1", [
      operatorId,
      role,
    ]);
    return readOperator(client, operatorId);
  });
}

/**
 * Lets an operator sign in no more, and ends all sessions; or lets in again.
 *
 * @throws {RefusalError} `usage` when nobody would be left to manage operators.
 */
export async function setDisabled(client: pg.ClientBase, operatorId: string, isDisabled: boolean): Promise<Operator> {
  return alone(client, async () => {
    if (isDisabled) await keepAnAdmin(client, operatorId);
    await client.query(
      `update tidemark.operators
       set disabled_at = case when $2 then coalesce(disabled_at, clock_timestamp()) end, updated_at = clock_timestamp()
       where id = $1`,
      [operatorId, isDisabled],
    );
    if (isDisabled) await endSessions(client, operatorId);
    return readOperator(client, operatorId);
  });
}

async function keepAnAdmin(client: pg.ClientBase, leaving: string): Promise<void> {
  const { rowCount } = await client.query(
    "select from tidemark.operators where role = 'admin' and disabled_at is null and id <> $1 limit 1",
    [leaving],
  );
  if (rowCount === 1) return;
  throw new RefusalError("usage", "This is the only admin left.", "Make somebody else an admin first.");
}

/** One change of operators at a time: two admins could otherwise take each other's role away. */
async function alone<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query("begin; lock table tidemark.operators in share row exclusive mode");
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (cause) {
    await client.query("rollback").catch(() => {});
    throw cause;
  }
}

const READ_OPERATORS = `
select
  o.id, o.email, o.name, o.role,
  to_char(o.disabled_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "disabledAt",
  exists (
    select from tidemark.sign_in_methods m where m.operator_id = o.id and m.provider = 'credential'
  ) as "hasPassword",
  o.is_two_factor_enabled as "hasTwoFactor",
  alive.sessions,
  to_char(alive.seen_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "seenAt"
from tidemark.operators o
cross join lateral (
  select count(*)::int as sessions, max(s.seen_at) as seen_at
  from tidemark.sessions s
  where s.operator_id = o.id
    and s.expires_at > clock_timestamp()
    and s.created_at > clock_timestamp() - interval '${ABSOLUTE_HOURS} hours'
    and s.seen_at > clock_timestamp() - interval '${IDLE_MINUTES} minutes'
) alive`;
