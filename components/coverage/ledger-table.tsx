import Link from "next/link";
import { Empty } from "@/components/ui/empty";
import { type IconState, StateIcon, toneOf } from "@/components/ui/icons";
import { formatCount } from "@/lib/client/format";
import type { Coverage } from "@/lib/contract";

/** The honeypot data before and after the newest run: what we changed or deleted, which must be nothing. */
export function LedgerTable({ ledger }: { ledger: Coverage["ledger"] }) {
  const { runId, sessionsBefore, sessionsAfter, changed, deleted } = ledger;
  const touched = changed === null || deleted === null ? null : changed + deleted;
  const state: IconState = touched === null ? "unknown" : touched === 0 ? "complete" : "error";
  const rows = [
    { label: "Sessions before", value: sessionsBefore },
    { label: "Sessions after", value: sessionsAfter },
    { label: "Changed by Tidemark", value: changed },
    { label: "Deleted by Tidemark", value: deleted },
  ];
  return (
    <section aria-labelledby="ledger">
      <div className="section-head">
        <h2 id="ledger">Ledger</h2>
        {runId === null ? null : (
          <p>
            Honeypot data before and after <Link href={`/runs/${runId}`}>run {runId}</Link>
          </p>
        )}
        <div className="end">
          <span className={`state sm t-${toneOf(state)}`}>
            <StateIcon state={state} small />{" "}
            {touched === null ? "unknown" : touched === 0 ? "nothing lost" : "differs"}
          </span>
        </div>
      </div>
      {runId === null ? (
        <Empty>No ledger yet. Each run counts and fingerprints the sessions before and after.</Empty>
      ) : (
        <table className="table">
          <tbody>
            {rows.map(({ label, value }) => (
              <tr key={label}>
                <th scope="row" className="soft">
                  {label}
                </th>
                <td className="num">{value === null ? "–" : formatCount(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
