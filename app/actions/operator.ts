import "server-only";
import { ZodError } from "zod";
import type { AuditEntry } from "@/lib/audit/audit-store";
import { type Act, audited, write } from "@/lib/audit/audited";
import type { Session } from "@/lib/auth/sessions";
import type { Answer, Role } from "@/lib/contract";
import { limitRate, type Rate } from "@/lib/http/rate-limit";
import { currentAddress, requireRole } from "@/lib/queries/access";
import { answer, type DatabaseTarget } from "@/lib/queries/answers";
import { currentTarget } from "@/lib/queries/service";
import { RefusalError } from "@/lib/refusal";

/** What is asked for. */
interface Demand {
  /** Its name in the audit. */
  action: string;
  rate: Rate;
  /** Password or code, given five minutes ago at most. */
  needsConfirmation?: boolean;
}

/** Adds to the line of the audit what is known only once the input was read. */
type Note = (more: Pick<AuditEntry, "runId" | "confirmation" | "detail">) => void;

/**
 * Does what an operator of at least this role asked for, behind the guard, and gives the result or the refusal; either is
 * in the audit. Every server action goes through here before it looks at what it was sent: an action is reachable without
 * its page.
 */
export async function asOperator<T>(
  role: Role,
  { action, rate, needsConfirmation = false }: Demand,
  work: (target: DatabaseTarget, session: Session, note: Note) => Promise<T>,
): Promise<Answer<T>> {
  const access = await requireRole(role, { method: "POST", needsConfirmation });
  const address = await currentAddress();
  if (!access.ok) {
    const { refusal, session } = access;
    const actor = { actor: session?.email ?? "unknown", role: session?.role ?? null };
    const target = await currentTarget().catch(() => null);
    if (target !== null)
      await write(target, { ...actor, address, action, outcome: "refused", detail: refusal.message });
    return { ok: false, refusal };
  }
  const session = access.value;
  const act: Act = { actor: session.email, role: session.role, address, action };
  return answer((target) =>
    audited(target, act, async () => {
      await limitRate(target, rate, session.operatorId);
      return refusingMalformed(() => work(target, session, (more) => Object.assign(act, more)));
    }),
  );
}

/** What the console's own pages never send is refused, and is no fault of the console. */
async function refusingMalformed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof ZodError)) throw cause;
    throw new RefusalError("usage", "This is not what the console's own pages send.", "Load the page again.");
  }
}
