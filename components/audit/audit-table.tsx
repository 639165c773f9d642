import Link from "next/link";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { formatMoment } from "@/lib/client/format";
import type { AuditEvent, AuditOutcome } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** The events one by one. Nothing in them is taken for markup or made a link: anybody may have sent it. */
export function AuditTable({ events }: { events: AuditEvent[] }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th>When</th>
          <th>Who</th>
          <th>What</th>
          <th>Outcome</th>
          <th className="num hide-s">Run</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <Row key={event.id} event={event} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ event }: { event: AuditEvent }) {
  const { at, actor, role, address, action, runId, detail, confirmation } = event;
  const whence = [role, address].filter((part) => part !== null).join(", ");
  return (
    <tr className="[overflow-wrap:anywhere]">
      <td className="num audit-when">
        <time dateTime={at}>{formatMoment(at)}</time>
      </td>
      <td>
        {toDisplayText(actor)}
        {whence === "" ? null : <span className="xs block text-ink-3">{toDisplayText(whence)}</span>}
      </td>
      <td>
        <code>{toDisplayText(action)}</code>
        {detail === null ? null : <span className="xs block text-ink-2">{toDisplayText(detail)}</span>}
        {confirmation === null ? null : (
          <span className="xs block text-ink-3" title={`sha256 of what was typed: ${toDisplayText(confirmation)}`}>
            confirmed with <code>{toDisplayText(confirmation.slice(0, 12))}</code>
          </span>
        )}
      </td>
      <td className="nowrap">
        <Outcome outcome={event.outcome} />
      </td>
      <td className="num hide-s">{runId === null ? "–" : <Link href={`/runs/${runId}`}>{runId}</Link>}</td>
    </tr>
  );
}

const ICONS: Record<AuditOutcome, IconState> = { done: "complete", refused: "warning", failed: "error" };

function Outcome({ outcome }: { outcome: AuditOutcome }) {
  return (
    <>
      <StateIcon state={ICONS[outcome]} small /> {outcome}
    </>
  );
}
