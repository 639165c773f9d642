import { type IconState, StateIcon } from "@/components/ui/icons";
import { formatCounted } from "@/lib/client/format";
import type { Status } from "@/lib/contract";

/** What was checked before any button works; on a database that fails one of these, only the reason is shown. */
export function Eligibility({ status }: { status: Status }) {
  const { database, version, findings } = status;
  const hazards = findings.filter(({ kind }) => kind === "hazard");
  const blocking = hazards.filter(({ severity }) => severity === "error");
  const dependents = findings.filter(({ kind }) => kind === "dependent-object");
  const agrees = status.verdict === "ready" || status.verdict === "migrated";
  const checks: { state: IconState; text: string }[] = [
    { state: "complete", text: "Connection direct and writable" },
    { state: "complete", text: `Role ${database.user} may change the schema` },
    { state: "complete", text: `Server ${database.server}, of 14 to 18` },
    { state: "complete", text: "session_summaries is a plain table" },
    {
      state: agrees ? "complete" : "partial",
      text: `Version ${version.recorded ?? "missing"}, observed ${version.observed ?? "unknown"}`,
    },
    {
      state: blocking.length > 0 ? "blocked" : hazards.length > 0 ? "warning" : "complete",
      text:
        hazards.length === 0 ? "No hazard" : `${formatCounted(hazards.length, "hazard")}, ${blocking.length} blocking`,
    },
    {
      state: dependents.some(({ severity }) => severity !== "info") ? "warning" : "complete",
      text: dependents.length === 0 ? "No dependents of what changes" : formatCounted(dependents.length, "dependent"),
    },
  ];
  return (
    <>
      <div className="under-head">
        <h2 className="sm">Eligibility</h2>
        <span className="muted">{formatCounted(checks.length, "check")}, with every reading. It changes nothing.</span>
      </div>
      <ul className="checks">
        {checks.map(({ state, text }) => (
          <li key={text}>
            <StateIcon state={state} small />
            <span>
              {state === "complete" ? null : <span className="sr">{state}: </span>}
              {text}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
