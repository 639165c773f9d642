"use client";

import { ArrowDownToLine, ChevronsDownUp, ChevronsUpDown, Download, Search } from "lucide-react";
import { useEffect, useRef } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import { StateIcon } from "@/components/ui/icons";
import { formatCount, formatCounted } from "@/lib/client/format";
import type { LogFilter } from "@/lib/client/log-groups";
import { toLogText } from "@/lib/client/log-text";
import type { LogEvent, RunDetail } from "@/lib/contract";

/** Search, level, follow, copy, download. `shown` is what the filter leaves of `lines`. */
export function LogTools(props: {
  run: RunDetail;
  lines: LogEvent[];
  shown: LogEvent[];
  filter: LogFilter;
  onFilter: (filter: LogFilter) => void;
  isFollowing: boolean;
  onFollow: () => void;
  areAllOpen: boolean;
  onOpenAll: (open: boolean) => void;
}) {
  const { run, lines, shown, filter, onFilter, isFollowing, onFollow, areAllOpen, onOpenAll } = props;
  const search = useRef<HTMLInputElement>(null);
  const count = (level: LogEvent["level"]) => lines.reduce((sum, line) => sum + (line.level === level ? 1 : 0), 0);
  const isFiltered = filter.search !== "" || filter.level !== "all";
  const levels = [
    { level: "all", label: "All lines", text: "All", icon: null },
    { level: "warn", label: "Warnings and errors", text: formatCount(count("warn")), icon: "warning" },
    { level: "error", label: "Errors", text: formatCount(count("error")), icon: "error" },
  ] as const;

  useEffect(() => {
    function focusSearch(event: KeyboardEvent) {
      const isTyping = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      search.current?.focus();
    }
    addEventListener("keydown", focusSearch);
    return () => removeEventListener("keydown", focusSearch);
  }, []);

  return (
    <div className="log-tools">
      <label className="field">
        <Search className="i i-s" aria-hidden="true" />
        <span className="sr">Search the log</span>
        <input
          ref={search}
          type="search"
          placeholder={`Search ${formatCounted(lines.length, "line")}`}
          value={filter.search}
          onChange={(event) => onFilter({ ...filter, search: event.target.value })}
        />
        <span className="nowrap" role="status">
          {isFiltered ? `${formatCount(shown.length)} of ${formatCount(lines.length)}` : ""}
        </span>
      </label>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame of its own */}
      <div className="seg" role="group" aria-label="Level">
        {levels.map(({ level, label, text, icon }) => (
          <button
            type="button"
            key={level}
            aria-pressed={filter.level === level}
            aria-label={icon === null ? label : `${label}: ${text}`}
            onClick={() => onFilter({ ...filter, level })}
          >
            {icon === null ? null : <StateIcon state={icon} small />} {text}
          </button>
        ))}
      </div>
      <button
        type="button"
        className="btn"
        aria-pressed={isFollowing}
        aria-label="Follow the end of the log"
        onClick={onFollow}
      >
        <ArrowDownToLine className="i i-s" aria-hidden="true" /> <span>{isFollowing ? "Following" : "To the end"}</span>
      </button>
      <button
        type="button"
        className="icon-btn"
        aria-label={areAllOpen ? "Close all parts" : "Open all parts"}
        title={areAllOpen ? "Close all parts" : "Open all parts"}
        onClick={() => onOpenAll(!areAllOpen)}
      >
        {areAllOpen ? (
          <ChevronsDownUp className="i" aria-hidden="true" />
        ) : (
          <ChevronsUpDown className="i" aria-hidden="true" />
        )}
      </button>
      <CopyButton label={isFiltered ? "Copy the lines shown" : "Copy the log"} read={() => toLogText(shown)} />
      <button
        type="button"
        className="icon-btn"
        aria-label="Download the log"
        title="Download the log"
        onClick={() => download(`tidemark-run-${run.id}.log`, toLogText(lines))}
      >
        <Download className="i" aria-hidden="true" />
      </button>
    </div>
  );
}

function download(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
