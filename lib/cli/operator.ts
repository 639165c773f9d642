import { Argument, Option } from "commander";
import { forgetAttempts } from "@/lib/auth/attempts";
import { type IssuedLink, issueLink } from "@/lib/auth/links";
import {
  addOperator,
  dropTwoFactor,
  endSessions,
  listOperators,
  readOperator,
  setDisabled,
} from "@/lib/auth/operators";
import type { AddCommand, Session } from "@/lib/cli/command";
import { plain } from "@/lib/cli/terminal";
import { formatTime, toTable } from "@/lib/cli/text";
import { witnessed } from "@/lib/cli/witness";
import { type Operator, ROLES, type Role } from "@/lib/contract";
import type { DatabaseTarget } from "@/lib/db/client";
import { sharedPool, withPooledClient } from "@/lib/db/pool";
import { readSettings } from "@/lib/env";
import { prepareConsole } from "@/lib/migration";
import { RefusalError } from "@/lib/refusal";

const emailArgument = () => new Argument("<e-mail>", "address of the operator");

/** `operator`: who may sign in to the web console. Whoever may run this on the database needs no session. */
export const addOperatorCommands: AddCommand = (program, start) => {
  const operator = program.command("operator").description("say who may sign in to the web console");
  operator.command("list").description("list operators").action(start(list));
  operator
    .command("add")
    .description("add an operator, and print the one-time link under which a password is set")
    .addArgument(emailArgument())
    .addOption(new Option("--role <ROLE>", "what the operator may do").choices(ROLES).default("operator"))
    .option("--name <NAME>", "how the operator is called")
    .action(
      start((session, email: string, options: { role: Role; name?: string }) =>
        change(session, { action: "add-operator", detail: `${email} as ${options.role}` }, async (target) => {
          const { role, name = "" } = options;
          const added = await withPooledClient(target, (client) => addOperator(client, { email, name, role }));
          return printLink(session, target, added);
        }),
      ),
    );
  operator
    .command("disable")
    .description("let an operator in no more; ends all sessions")
    .addArgument(emailArgument())
    .option("--undo", "let the operator in again")
    .action(
      start((session, email: string, { undo = false }: { undo?: boolean }) =>
        change(
          session,
          { action: "disable-operator", detail: `${email} ${undo ? "enabled" : "disabled"}` },
          async (target) => {
            const disabled = await withPooledClient(target, async (client) => {
              const { id } = await readOperator(client, email);
              return setDisabled(client, id, !undo);
            });
            const { terminal } = session;
            if (terminal.isJson) terminal.json({ operator: disabled });
            else terminal.line(plain(`${disabled.email} may ${undo ? "sign in again" : "sign in no more"}.`));
          },
        ),
      ),
    );
  operator
    .command("reset-password")
    .description("print a one-time link under which an operator sets a new password; ends all sessions")
    .addArgument(emailArgument())
    .option("--drop-two-factor", "take the second factor away as well, for somebody who lost it")
    .action(
      start((session, email: string, { dropTwoFactor: isDropped = false }: { dropTwoFactor?: boolean }) =>
        change(session, { action: "reset-password", detail: email }, async (target) => {
          const found = await withPooledClient(target, async (client) => {
            const { id } = await readOperator(client, email);
            await endSessions(client, id);
            if (isDropped) await dropTwoFactor(client, id);
            return readOperator(client, id);
          });
          await forgetAttempts(sharedPool(target), found.email);
          return printLink(session, target, found);
        }),
      ),
    );
};

async function list({ terminal, target }: Session): Promise<0> {
  const database = await openConsoleTables(await target());
  const operators = await withPooledClient(database, listOperators);
  if (terminal.isJson) terminal.json({ operators });
  else if (operators.length === 0) terminal.line("Nobody may sign in yet: tidemark operator add <e-mail> --role admin");
  else for (const line of toTable(operators.map(toRow))) terminal.line(line);
  return 0;
}

async function change(
  session: Session,
  act: { action: string; detail: string },
  work: (target: DatabaseTarget) => Promise<void>,
): Promise<0> {
  const target = await openConsoleTables(await session.target());
  await witnessed(target, act, () => work(target));
  return 0;
}

async function openConsoleTables(target: DatabaseTarget): Promise<DatabaseTarget> {
  if (await prepareConsole(target)) return target;
  throw new RefusalError(
    "not-eligible",
    "The console keeps no tables in this database, since it cannot work on it.",
    "`tidemark status` says why.",
  );
}

async function printLink({ terminal }: Session, target: DatabaseTarget, operator: Operator): Promise<void> {
  const issued: IssuedLink = await withPooledClient(target, (client) =>
    issueLink(client, { kind: "password", operatorId: operator.id }, readSettings()),
  );
  if (terminal.isJson) return terminal.json({ operator, ...issued });
  terminal.line(
    plain(`${operator.email} (${operator.role}) sets a password here, once, until ${formatTime(issued.expiresAt)}:`),
  );
  terminal.line(issued.link);
}

function toRow({ email, name, role, disabledAt, hasPassword, hasTwoFactor, seenAt }: Operator): string[] {
  const state = disabledAt === null ? (hasPassword ? "active" : "no password yet") : "disabled";
  const seen = seenAt === null ? "" : `seen ${formatTime(seenAt)}`;
  return [plain(email), plain(name), role, state, hasTwoFactor ? "second factor" : "", seen];
}
