import type { BetterAuthOptions, DBAdapter } from "better-auth";
import { digestOf } from "@/lib/auth/digest";

/** What better-auth's adapters are made by, and what they are asked for; only the parts that may hold a token. */
type AdapterFactory = (options: BetterAuthOptions) => DBAdapter;
type Adapter = DBAdapter;
type Row = Record<string, unknown>;
interface Question {
  model: string;
  data?: Row;
  update?: Row;
  where?: { field: string; value: unknown }[];
}

/**
 * Keeps digests of session tokens where better-auth keeps the tokens: it asks with the token and is answered with the
 * token, the database sees neither. Lists of sessions hold digests.
 */
export function digestingTokens(factory: AdapterFactory): AdapterFactory {
  return (options) => wrap(factory(options));
}

function wrap<T extends object>(adapter: T): T {
  return new Proxy(adapter, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== "function") return member;
      if (name === "transaction") {
        return (work: (inner: Adapter) => unknown) => member.call(target, (inner: Adapter) => work(wrap(inner)));
      }
      return async (question: unknown, ...rest: unknown[]) => {
        if (!isAboutSession(question)) return member.call(target, question, ...rest);
        return restore(await member.call(target, conceal(question), ...rest), tokenOf(question));
      };
    },
  });
}

function isAboutSession(question: unknown): question is Question {
  return (question as Question | undefined)?.model === "session";
}

function tokenOf({ data, where }: Question): unknown {
  return data?.token ?? where?.find(({ field }) => field === "token")?.value;
}

function conceal(question: Question): Question {
  const { data, update, where } = question;
  return {
    ...question,
    ...(data === undefined ? {} : { data: concealIn(data) }),
    ...(update === undefined ? {} : { update: concealIn(update) }),
    ...(where === undefined
      ? {}
      : { where: where.map((one) => (one.field === "token" ? { ...one, value: concealValue(one.value) } : one)) }),
  };
}

function concealIn(row: Row): Row {
  return "token" in row ? { ...row, token: concealValue(row.token) } : row;
}

function concealValue(value: unknown): unknown {
  if (typeof value === "string") return digestOf(value);
  return Array.isArray(value) ? value.map(concealValue) : value;
}

/** The row that was asked for by its token, with that token. */
function restore(answer: unknown, token: unknown): unknown {
  const isRow = typeof answer === "object" && answer !== null && !Array.isArray(answer) && "token" in answer;
  return isRow && typeof token === "string" ? { ...answer, token } : answer;
}
