"use client";

import { ChevronRight } from "lucide-react";
import { memo } from "react";
import { LogLines } from "@/components/run/log-lines";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { formatCount, formatCounted, formatDuration } from "@/lib/client/format";
import type { LogGroup } from "@/lib/client/log-groups";
import { isActive } from "@/lib/client/run-state";
import type { RunStatus } from "@/lib/contract";

/** Lines drawn as one block that the browser may skip while it is out of sight. */
const LINES_A_BLOCK = 200;

/** One part of the log: its heading, and its lines while it is open. A part that is still to come is a quiet row. */
export const LogGroupView = memo(function LogGroupView(props: {
  group: LogGroup;
  isOpen: boolean;
  /** Nothing to open: no line has come. */
  isQuiet: boolean;
  search: string;
  status: RunStatus;
  onToggle: (id: LogGroup["id"], open: boolean) => void;
}) {
  const { group, isOpen, isQuiet, search, status, onToggle } = props;
  const { id, title, phase, lines } = group;
  if (isQuiet) {
    if (phase === null) return null;
    return (
      <p className="log-quiet">
        <StateIcon state="pending" small />
        <span>
          {title}, {isActive(status) ? "pending" : "not reached"}
        </span>
      </p>
    );
  }
  if (lines.length === 0) return null;
  const warnings = lines.reduce((sum, line) => sum + (line.level === "warn" ? 1 : 0), 0);
  const errors = lines.reduce((sum, line) => sum + (line.level === "error" ? 1 : 0), 0);
  return (
    <details className="log-group" open={isOpen}>
      {/* Not onToggle: that also fires when the view opens or closes a part by itself, and would pin it there. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a summary is the button of its details */}
      <summary
        onClick={(event) => {
          event.preventDefault();
          onToggle(id, !isOpen);
        }}
      >
        <ChevronRight className="i i-s chev" aria-hidden="true" />
        <StateIcon state={iconOf(group, status, errors > 0)} />
        <b>{title}</b>
        <span className="meta">
          {errors > 0 ? <span className="t-coral">{formatCounted(errors, "error")} · </span> : null}
          {warnings > 0 ? <span className="t-amber">{formatCounted(warnings, "warning")} · </span> : null}
          <span className="hide-s">{formatCounted(lines.length, "line")} · </span>
          {metaOf(group, status)}
        </span>
      </summary>
      {isOpen ? (
        <div className="lines">
          {Array.from({ length: Math.ceil(lines.length / LINES_A_BLOCK) }, (_, block) => (
            <LogLines
              // biome-ignore lint/suspicious/noArrayIndexKey: blocks only grow at the end
              key={block}
              lines={lines.slice(block * LINES_A_BLOCK, (block + 1) * LINES_A_BLOCK)}
              search={search}
              isSkippable={lines.length > LINES_A_BLOCK}
            />
          ))}
        </div>
      ) : null}
    </details>
  );
});

function iconOf({ phase, id }: LogGroup, status: RunStatus, hasErrors: boolean): IconState {
  if (phase !== null) {
    if (phase.state === "failed") return "error";
    if (phase.state === "complete") return "complete";
    if (status === "paused") return "paused";
    return isActive(status) ? "running" : "partial";
  }
  if (hasErrors || (status === "failed" && id !== "preflight")) return "error";
  if (isActive(status) && id !== "preflight") return "running";
  return "complete";
}

function metaOf({ phase, lines }: LogGroup, status: RunStatus): string {
  if (phase === null) {
    const [first, last] = [lines[0], lines.at(-1)];
    return first === undefined || last === undefined ? "" : formatDuration(Date.parse(last.at) - Date.parse(first.at));
  }
  const rows = phase.rows === null ? "" : `${formatCount(phase.rows)} rows · `;
  if (phase.durationMs !== null) return `${rows}${formatDuration(phase.durationMs)}`;
  return `${rows}${isActive(status) ? "under way" : "not finished"}`;
}
