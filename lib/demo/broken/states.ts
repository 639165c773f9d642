import { RefusalError } from "@/lib/refusal";

/** A state in which databases are found in the field: how it comes about, and which others it rules out. */
interface BrokenStateFacts {
  summary: string;
  contradicts: readonly string[];
}

/** The states a demo can be left in. THE list: help and docs show it. */
const STATES = {
  "orm-shaped": {
    summary: "inventories as the application's ORM creates them at start-up",
    contradicts: ["orm-shaped-filled", "inet-addresses", "plain-ip-types"],
  },
  "orm-shaped-filled": {
    summary: "the same, with rows of the application that no session gives",
    contradicts: ["inet-addresses", "plain-ip-types"],
  },
  "phase-1-only": {
    summary: "a first attempt died in phase 2",
    contradicts: ["inet-addresses", "plain-ip-types", "half-indexed", "claims-16", "v17", "with-dependents"],
  },
  "inet-addresses": { summary: "ip_address is inet: no foreign key is possible", contradicts: [] },
  "half-indexed": { summary: "indexes missing, one invalid, one on another column", contradicts: [] },
  "claims-16": { summary: "errors were swallowed and 16 was written over empty columns", contradicts: ["v17"] },
  "plain-ip-types": {
    summary: "the application's migration as shipped: plain ip_types, snapshot_ip_type in the singular",
    contradicts: [],
  },
  v17: { summary: "the application went on to 17 over the same", contradicts: [] },
  "naive-timestamps": {
    summary: "an old database: timestamps without time zone, values in UTC, the role's TimeZone another one",
    contradicts: [],
  },
  "with-dependents": { summary: "the operator's own views over sessions and addresses", contradicts: [] },
} as const satisfies Record<string, BrokenStateFacts>;

export type BrokenState = keyof typeof STATES;

export const BROKEN_STATES = Object.keys(STATES) as BrokenState[];

/** Whether two states cannot be in one database: each says something else of the same object. */
export function contradict(one: BrokenState, other: BrokenState): boolean {
  const rulesOut = (it: BrokenState): readonly string[] => STATES[it].contradicts;
  return rulesOut(one).includes(other) || rulesOut(other).includes(one);
}

/**
 * Reads names of states, separated by commas; gives each once.
 *
 * @throws {RefusalError} `usage` for an unknown name, or two that contradict each other.
 */
export function readBrokenStates(text: string): BrokenState[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(STATES, name));
  if (unknown !== undefined) {
    throw new RefusalError("usage", `There is no broken state ${JSON.stringify(unknown)}.`, listStates());
  }
  const states = BROKEN_STATES.filter((state) => names.includes(state));
  for (const [index, state] of states.entries()) {
    const other = states.slice(index + 1).find((later) => contradict(state, later));
    if (other === undefined) continue;
    throw new RefusalError(
      "usage",
      `${state} and ${other} contradict each other: no database is in both states.`,
      `Leave one out. ${state} goes together with ${BROKEN_STATES.filter((it) => it !== state && !contradict(state, it)).join(", ")}.`,
    );
  }
  return states;
}

const listStates = (): string => `Name one or more of ${BROKEN_STATES.join(", ")}, separated by commas.`;
