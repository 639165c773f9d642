import { formatCounted } from "@/lib/client/format";
import type { PlannedStep } from "@/lib/contract";

/** What a table lock means for everybody else. */
export interface LockWords {
  /** Who waits, in words. */
  text: string;
  /** Readers or writers of the table wait for it. */
  isFelt: boolean;
}

/** From the weakest to the strongest. Source: PostgreSQL manual, chapter 13.3.1. */
const LOCKS: [name: string, words: LockWords][] = [
  ["ROW EXCLUSIVE", { text: "readers and writers go on", isFelt: false }],
  [
    "SHARE UPDATE EXCLUSIVE",
    { text: "readers and writers go on; VACUUM and changes of the table wait", isFelt: false },
  ],
  ["SHARE ROW EXCLUSIVE", { text: "readers go on; writers wait", isFelt: true }],
  ["ACCESS EXCLUSIVE", { text: "readers and writers wait", isFelt: true }],
];

/** What a lock keeps from whom; null is a step on nothing that is in use. Pure. */
export function toLockWords(lock: string | null): LockWords {
  if (lock === null) return { text: "nothing that is in use is locked", isFelt: false };
  return LOCKS.find(([name]) => name === lock)?.[1] ?? { text: "who waits is not known", isFelt: true };
}

/** The strongest lock among `steps`; null where none takes one. Pure. */
export function strongestLock(steps: readonly PlannedStep[]): string | null {
  const rank = ({ lock }: PlannedStep) => LOCKS.findIndex(([name]) => name === lock);
  return steps.toSorted((one, other) => rank(other) - rank(one))[0]?.lock ?? null;
}

/** What a step does and what could go wrong with it. */
export interface StepWords {
  title: string;
  /** What it is done to, as the plan names it. */
  object: string;
  /** Sentences; empty where nothing is known that could. */
  risks: string[];
  /** Its log lines say more than title and SQL do. */
  isTold: boolean;
}

const OPEN_TRANSACTION = "A transaction that is open already makes it wait, and nobody else.";
const ROLLED_BACK = "Stopped, it is rolled back whole.";
const SHORT_LOCK =
  "If somebody holds the table, it steps back, lets everybody pass and tries again; at last it gives up and says who it is.";
const SET_ASIDE =
  "Values that the declared types cannot hold are set aside first; a row whose key cannot be kept goes to that list whole.";

const VIEWS_MADE_AGAIN =
  "Views of others on it are dropped and made again identically in the same transaction; only with your consent, by name.";

/** Effects that depend on what was found, which only the log puts into words. */
const TOLD = ["repair-table", "finish-repair", "retype-timestamps", "drop-index", "drop-constraint"];

const EFFECTS: Record<string, { title: string; risks: string[] }> = {
  "add-columns": { title: "Add columns", risks: [SHORT_LOCK] },
  "repair-table": { title: "Repair in place", risks: [SHORT_LOCK, SET_ASIDE] },
  "finish-repair": {
    title: "Finish the repair",
    risks: [SHORT_LOCK, "A session that stayed locked all the while: it stops, and the next run goes on."],
  },
  "repair-rows": { title: "Put right what the checks refuse in", risks: ["What is changed is set aside first."] },
  "unlink-asns": { title: "Unlink ASNs below 1", risks: ["What is changed is set aside first."] },
  "retype-timestamps": {
    title: "Give timestamps their zone",
    risks: [
      SHORT_LOCK,
      "No row is written. Indexes on the timestamps are built anew: of a small table under the lock, of a large one afterwards, blocking nobody.",
    ],
  },
  "finish-retype": { title: "Forget which indexes to build again", risks: [SHORT_LOCK] },
  "rename-index": { title: "Rename index", risks: [SHORT_LOCK] },
  "create-table": { title: "Create table", risks: ["Somebody else makes it first: the phase is planned anew."] },
  "create-functions": { title: "Create helper functions in schema", risks: [ROLLED_BACK] },
  grant: { title: "Hand over owner and rights", risks: [ROLLED_BACK] },
  sweep: {
    title: "Sweep the sessions",
    risks: [
      "A value that cannot be represented is set aside: counted, listed, never fatal.",
      "A session that a writer holds is left for a later round. Stopped, what is committed stays.",
    ],
  },
  "closing-sweep": {
    title: "Closing sweep of",
    risks: ["Takes what ingest has written by then. What holds for the first sweep holds for it."],
  },
  populate: { title: "Compute rows", risks: [`${ROLLED_BACK} Rows that the application wrote stay its own.`] },
  "insert-missing-parents": { title: "Insert missing parents in schema", risks: [ROLLED_BACK] },
  "create-index": {
    title: "Build index",
    risks: [OPEN_TRANSACTION, "Stopped, it leaves an INVALID index; the next run drops it and builds again."],
  },
  "drop-index": { title: "Drop index", risks: [OPEN_TRANSACTION] },
  "drop-constraint": { title: "Drop constraint", risks: [SHORT_LOCK] },
  "add-constraint": { title: "Add constraint, not validated", risks: [SHORT_LOCK] },
  "validate-constraint": {
    title: "Validate constraint",
    risks: ["A row that breaks it ends the run here: nothing is lost, and the constraint stays NOT VALID."],
  },
};

/** Whether a step writes a whole table anew while everybody else waits. Pure. */
function isRewrite({ lock, rows }: Pick<PlannedStep, "lock" | "rows">): boolean {
  return lock === "ACCESS EXCLUSIVE" && rows !== 0;
}

/** Tables that `steps` write anew under a lock, by their short names. Pure. */
export function rewrittenBy(steps: readonly PlannedStep[]): string[] {
  return [...new Set(steps.filter(isRewrite).map(({ id }) => id.split(".").at(-1) ?? id))];
}

/** A step in words, from its id. Pure. */
export function toStepWords({ id, lock, rows, sql }: Pick<PlannedStep, "id" | "lock" | "rows" | "sql">): StepWords {
  const cut = id.indexOf(":");
  const [effect, object] = cut < 0 ? [id, ""] : [id.slice(0, cut), id.slice(cut + 1)];
  const known = EFFECTS[effect] ?? {
    title: `${effect.charAt(0).toUpperCase()}${effect.slice(1).replaceAll("-", " ")}`,
    risks: [],
  };
  const rewritten = isRewrite({ lock, rows })
    ? ["The table is rewritten under the lock: everybody else waits until it is through."]
    : [];
  const isOverViews = sql.some((statement) => /^drop view /im.test(statement));
  const isNoted = sql.some((statement) => statement.includes("tidemark.set_aside"));
  const risks = known.risks.filter((risk) => risk !== SET_ASIDE || isNoted);
  return {
    title: known.title,
    object,
    risks: [...rewritten, ...(isOverViews ? [VIEWS_MADE_AGAIN] : []), ...risks],
    isTold: TOLD.includes(effect),
  };
}

/** `3,000 rows`; a step that only changes the catalog touches none. Pure. */
export function toRowsText(rows: number | null): string {
  if (rows === null) return "rows unknown";
  return rows === 0 ? "no row touched" : formatCounted(rows, "row");
}

/** Consecutive steps of which the same is to be said, in order. Pure. */
export function groupSteps<T extends Pick<PlannedStep, "id" | "lock" | "kind" | "rows" | "sql">>(
  steps: readonly T[],
): T[][] {
  const kindOf = (step: T) => [step.id.split(":")[0], step.lock, step.kind, ...toStepWords(step).risks].join(" ");
  return steps.reduce<T[][]>((groups, step) => {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && kindOf(last[0]) === kindOf(step)) last.push(step);
    else groups.push([step]);
    return groups;
  }, []);
}
