import Link from "next/link";
import type { CSSProperties } from "react";
import {
  isOfGroup,
  type SetAsideNarrowing,
  type SetAsideReasonGroup,
  toColumnName,
  toListAddress,
} from "@/components/set-aside/set-aside";
import { ObjectName } from "@/components/ui/object-name";
import { formatCount, formatPart } from "@/lib/client/format";
import { toDisplayText } from "@/lib/plain-text";

interface Props {
  groups: SetAsideReasonGroup[];
  total: number;
  /** What the list below is narrowed to. */
  chosen: SetAsideNarrowing;
}

/** What was refused, how often, what that means, and what to do about it. */
export function ReasonList({ groups, total, chosen }: Props) {
  return (
    <ul className="reasons">
      {groups.map((group) => {
        const { table, field, reason, count, meaning, remedy } = group;
        const isChosen = Object.keys(chosen).length > 0 && isOfGroup(chosen, group);
        return (
          <li key={`${table} ${field} ${reason}`}>
            <div className="kind">
              <Link href={toListAddress({ table, field, reason })} aria-current={isChosen ? "true" : undefined}>
                <code>{toDisplayText(reason)}</code>
              </Link>
              <ObjectName className="where-from" name={`${table}.${toColumnName(field)}`} />
            </div>
            <div className="share">
              <span className="num">{formatCount(count)}</span>
              <span className="track" aria-hidden="true">
                <i style={{ "--p": count / total } as CSSProperties} />
              </span>
              <span className="num muted">{formatPart(count, total)}</span>
            </div>
            <p className="text-ink-2">
              {meaning} <span className="text-ink">{remedy}</span>
            </p>
          </li>
        );
      })}
    </ul>
  );
}
