import { randomBytes } from "node:crypto";
import { issueLink } from "@/lib/auth/links";
import { addOperator, listOperators, setPassword } from "@/lib/auth/operators";
import type { DatabaseTarget } from "@/lib/db/client";
import { closePools, withPooledClient } from "@/lib/db/pool";
import { prepareConsole } from "@/lib/migration";

const EMAIL = "demo@tidemark.invalid";

/** How somebody gets into the demo. */
export interface DemoAccess {
  email: string;
  password: string;
  /** Signs in, once. */
  link: string;
}

/**
 * Makes the operator of the demo, an admin with a random password that is another one at each start. Null where the
 * database cannot be worked on, or has operators of its own: those sign in as ever.
 */
export async function openDemoAccess(target: DatabaseTarget, port: number): Promise<DemoAccess | null> {
  try {
    return await makeAccess(target, port);
  } finally {
    // Idle connections would keep the process for half a minute after its end.
    await closePools();
  }
}

async function makeAccess(target: DatabaseTarget, port: number): Promise<DemoAccess | null> {
  if (!(await prepareConsole(target))) return null;
  return withPooledClient(target, async (client) => {
    const operators = await listOperators(client);
    if (operators.some(({ email }) => email !== EMAIL)) return null;
    const { id } = operators[0] ?? (await addOperator(client, { email: EMAIL, name: "Demo", role: "admin" }));
    const password = makePassword();
    await setPassword(client, id, password);
    const settings = { PORT: port, TIDEMARK_PUBLIC_ORIGIN: undefined };
    const { link } = await issueLink(client, { kind: "sign-in", operatorId: id }, settings);
    return { email: EMAIL, password, link };
  });
}

/** 80 random bits in groups that can be typed. */
function makePassword(): string {
  return (randomBytes(10).toString("hex").match(/.{5}/g) ?? []).join("-");
}
