import { PreflightLines } from "@/components/overview/preflight-lines";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { TermedText } from "@/components/ui/termed-text";
import { formatCounted } from "@/lib/client/format";
import { toPlanOccasion } from "@/lib/client/plan-options";
import type { TermId } from "@/lib/client/terms";
import type { Status } from "@/lib/contract";

/**
 * What was checked before any button works; on a database that fails one of the first four, only the reason is shown. What
 * takes reading documents is looked at when asked for.
 */
export function Eligibility({ status }: { status: Status }) {
  const { database, version, findings } = status;
  const hazards = findings.filter(({ kind }) => kind === "hazard");
  const blocking = hazards.filter(({ severity }) => severity === "error");
  const dependents = findings.filter(({ kind }) => kind === "dependent-object");
  const agrees = status.verdict === "ready" || status.verdict === "migrated";
  const inTheWay = dependents.filter(({ severity }) => severity === "error").length;
  const checks: { state: IconState; text: string; terms?: TermId[] }[] = [
    { state: "complete", text: "The server answers and takes writes" },
    { state: "complete", text: `Role ${database.user} may change the schema` },
    { state: "complete", text: `Server ${database.server}, of 14 to 18` },
    { state: "complete", text: "session_summaries is a plain table" },
    {
      state: agrees ? "complete" : status.verdict === "drifted" ? "warning" : "partial",
      text: `Recorded ${toVersionText(version.recorded)}, observed ${version.observed ?? "unknown"}`,
    },
    {
      state: blocking.length > 0 ? "blocked" : hazards.length > 0 ? "warning" : "complete",
      text:
        hazards.length === 0
          ? "No hazards"
          : `${formatCounted(hazards.length, "hazard")}, ${blocking.length === 0 ? "none stops a run beforehand" : `${blocking.length} blocking`}`,
      terms: ["hazard"],
    },
    {
      state: inTheWay > 0 ? "blocked" : "complete",
      text:
        dependents.length === 0
          ? "No dependents of others"
          : `${formatCounted(dependents.length, "dependent")}, ${inTheWay === 0 ? "not" : inTheWay} in the way`,
      terms: ["dependent"],
    },
  ];
  return (
    <>
      <div className="under-head">
        <h2 className="sm">Eligibility</h2>
        <span className="muted">{formatCounted(checks.length, "check")} with every reading. They change nothing.</span>
      </div>
      <ul className="checks">
        {checks.map(({ state, text, terms = [] }) => (
          <li key={text}>
            <StateIcon state={state} small />
            <span>
              {state === "complete" ? null : <span className="sr">{state}: </span>}
              <TermedText text={text} terms={terms} />
            </span>
          </li>
        ))}
      </ul>
      {status.activeRun === null && status.verdict !== "migrated" ? (
        <PreflightLines occasion={toPlanOccasion(status)} />
      ) : null}
    </>
  );
}

/** `v15`; what is no number stands as it is. */
function toVersionText(recorded: string | null): string {
  if (recorded === null) return "nothing";
  return /^\d+$/.test(recorded) ? `v${recorded}` : recorded;
}
