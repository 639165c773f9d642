import Link from "next/link";
import { type SetAsideReasonGroup, toListAddress } from "@/components/set-aside/set-aside";
import { formatCount } from "@/lib/client/format";
import { toDisplayText } from "@/lib/client/log-text";

/** What was refused, how often, what that means, and what to do about it. */
export function ReasonList({ groups }: { groups: SetAsideReasonGroup[] }) {
  return (
    <ul>
      {groups.map(({ table, field, reason, count, meaning, remedy }) => (
        <li
          key={`${table} ${field} ${reason}`}
          className="sm grid grid-cols-1 gap-x-6 gap-y-1 border-b border-line py-3 md:grid-cols-[16rem_minmax(0,1fr)]"
        >
          <div className="[overflow-wrap:anywhere]">
            <Link href={toListAddress({ table, field, reason })}>
              <b className="num">{formatCount(count)}</b> {toDisplayText(reason)}
            </Link>
            <br />
            <code className="xs text-ink-3">
              {toDisplayText(table)}.{toDisplayText(field)}
            </code>
          </div>
          <p className="text-ink-2">
            {meaning} <span className="text-ink">{remedy}</span>
          </p>
        </li>
      ))}
    </ul>
  );
}
