import { formatCount, formatList } from "@/lib/client/format";
import type { Status } from "@/lib/contract";

/** The sentence of the Overview and what stands under it. */
export interface VerdictText {
  tone: "tide" | "amber" | "coral" | "slate";
  title: string;
  lead: string;
}

/** What the diagnosis says in words. Pure. */
export function toVerdictText(status: Status): VerdictText {
  const { recorded, observed } = status.version;
  switch (status.verdict) {
    case "ready":
      return {
        tone: "slate",
        title: "v15, ready for the migration",
        lead: "The recorded version says 15, and the catalog shows nothing of v16. A run adds it in five phases while ingest goes on; no session is changed in what it already says.",
      };
    case "partial":
      return observed === "v16"
        ? {
            tone: "amber",
            title: "All of v16 is there, but 15 is recorded",
            lead: "The application reads the recorded version and would begin again. A run checks everything once more and writes 16 in the transaction that checked it.",
          }
        : {
            tone: "amber",
            title: `Partial: an earlier attempt left ${partsOf(status)} behind`,
            lead: `The recorded version says ${recorded} and that is what the application reads. The catalog shows part of v16. A run leaves alone what is right and adds what is missing.`,
          };
    case "migrated":
      return {
        tone: "tide",
        title: "v16 reached, and the database shows it",
        lead: `Recorded ${recorded} and observed v16 agree: every declared object is there as declared. ${openSentence(status)}`,
      };
    case "drifted":
      return {
        tone: "coral",
        title: `Recorded v${recorded}, but the database shows ${observed === "v15" ? "v15" : "something else"}`,
        lead: `${formatCount(countErrors(status))} finding${countErrors(status) === 1 ? "" : "s"} below say where it differs from v16. The recorded number is not believed: a run adds what is missing.`,
      };
    case "unsupported":
      return { tone: "coral", title: "This database cannot be worked on", lead: status.message ?? "" };
    default:
      return status.verdict satisfies never;
  }
}

function partsOf(status: Status): string {
  const begun = status.phases.filter(({ state }) => state !== "pending").map(({ number }) => String(number));
  return begun.length === 0 ? "parts of v16" : `parts of phase${begun.length === 1 ? "" : "s"} ${formatList(begun)}`;
}

const countErrors = (status: Status) => status.findings.filter(({ severity }) => severity === "error").length;

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
