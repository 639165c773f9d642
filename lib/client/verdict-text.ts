import { formatCount, formatCounted, formatList } from "@/lib/client/format";
import type { ActiveRun, PhaseStatus, RunSummary, Status } from "@/lib/contract";

/** The sentence of the Overview and what stands under it. */
export interface VerdictText {
  icon: "complete" | "partial" | "error" | "pending" | "interrupted";
  title: string;
  lead: string;
}

/**
 * What the diagnosis says in words. Pure.
 *
 * @param newest the newest run that is no verification: where it stopped before its end, that is said first.
 */
export function toVerdictText(status: Status, newest: RunSummary | null = null): VerdictText {
  const { recorded, observed } = status.version;
  const stopped = status.verdict === "partial" && observed !== "v16" ? toStoppedText(status, newest) : null;
  if (stopped !== null) return stopped;
  switch (status.verdict) {
    case "ready":
      return {
        icon: "pending",
        title: "v15, ready for the migration",
        lead: `${failedSentence(newest)}The recorded version is 15, and the catalog shows nothing of v16. A run adds it in five phases while ingest goes on; what a session already says stays as it is.`,
      };
    case "partial":
      return observed === "v16"
        ? {
            icon: "partial",
            title: "All of v16 is there, but 15 is recorded",
            lead: "The application reads the recorded version and would begin again. A run checks everything once more and writes 16 in the transaction that checked it.",
          }
        : {
            icon: "partial",
            title: `Partial: ${partsOf(status)}`,
            lead: `The recorded version says ${recorded} and that is what the application reads. ${RUN_SENTENCE}`,
          };
    case "migrated":
      return {
        icon: "complete",
        title: "v16 reached, and the database shows it",
        lead: `Recorded ${recorded} and observed v16 agree: every declared object is there as declared. ${openSentence(status)}`,
      };
    case "drifted":
      return {
        icon: "error",
        title: `Recorded v${recorded}, but the database shows ${observed === "v15" ? "v15" : "only a part of v16"}`,
        lead: `The recorded version is wrong: ${errorsSentence(status)} ${RUN_SENTENCE}`,
      };
    case "unsupported":
      return { icon: "error", title: "This database cannot be worked on", lead: status.message ?? "" };
    default:
      return status.verdict satisfies never;
  }
}

/** A run that stopped before its end, and left parts of v16 behind. */
function toStoppedText({ version }: Status, newest: RunSummary | null): VerdictText | null {
  if (newest?.kind !== "migrate") return null;
  const left = `parts of v16 are there, and ${version.recorded} is recorded`;
  switch (newest.status) {
    case "failed":
      return {
        icon: "error",
        title: `Run ${newest.id} failed; ${left}`,
        lead: `Read why, under Last run, before you run again. ${RUN_SENTENCE}`,
      };
    case "interrupted":
      return {
        icon: "interrupted",
        title: `Run ${newest.id} was interrupted; ${left}`,
        lead: `Resumed, it goes on from what the database shows. ${RUN_SENTENCE}`,
      };
    default:
      return null;
  }
}

/** A run that failed and left nothing of v16 behind: its cause may still be there. */
function failedSentence(newest: RunSummary | null): string {
  if (newest?.kind !== "migrate" || newest.status !== "failed") return "";
  return `Run ${newest.id} failed: read why, under Last run, before you run again. `;
}

/** What the one active run means for the whole, in words. Pure. */
export function toActiveText({ id, status, startedBy }: ActiveRun): Pick<VerdictText, "title" | "lead"> {
  switch (status) {
    case "paused":
    case "pausing":
      return {
        title: `Run ${id} is ${status}`,
        lead: "It keeps the database, so that no other run begins, and does nothing until it is resumed. What it has done stays done; ingest goes on.",
      };
    case "cancelling":
      return {
        title: `Run ${id} is being cancelled`,
        lead: "It ends after the batch at hand. What it has done stays done; the next run goes on from there.",
      };
    case "queued":
      return {
        title: `Run ${id} is queued`,
        lead: "A worker takes it within seconds. What is shown here moves with it.",
      };
    default:
      return {
        title: `Run ${id} is under way`,
        lead:
          startedBy === "cli"
            ? "It was started on a command line and lives as long as that does. What is shown here moves with it."
            : "What is shown here moves with it. Close this page: it goes on.",
      };
  }
}

function partsOf({ phases }: Status): string {
  const numbers = (states: PhaseStatus["state"][]) =>
    phases.filter(({ state }) => states.includes(state)).map(({ number }) => String(number));
  const plural = (list: string[]) => `phase${list.length === 1 ? "" : "s"} ${formatList(list)}`;
  const begun = numbers(["partial", "blocked", "complete"]);
  if (begun.length === 0) return "parts of v16 are there";
  if (begun.length < phases.length) return `an earlier attempt left parts of ${plural(begun)} behind`;
  const wrong = numbers(["partial", "blocked"]);
  return wrong.length === 0
    ? "the recorded version is behind"
    : `${plural(wrong)} ${wrong.length === 1 ? "is" : "are"} not as declared`;
}

const RUN_SENTENCE =
  "A run leaves alone what is right, repairs in place what has another shape, and adds what is missing; no row is lost.";

function errorsSentence({ findings }: Status): string {
  const count = findings.filter(({ severity }) => severity === "error").length;
  return `${formatCounted(count, "finding")} below ${count === 1 ? "says" : "say"} where the database differs from v16.`;
}

/** Sessions without a snapshot by the newest measure. */
export function countOpen(status: Status): number {
  const rows = status.phases[0]?.rows ?? null;
  return rows === null ? 0 : rows.total - rows.done;
}

function openSentence(status: Status): string {
  const open = countOpen(status);
  if (open <= 0) return "Every session has been swept.";
  const about = status.phases[0]?.rows?.exact === true ? "" : "about ";
  return `Since then ingest has written ${about}${formatCount(open)} session${open === 1 ? "" : "s"} without a snapshot.`;
}
