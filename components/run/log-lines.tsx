import { memo } from "react";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { formatLogTime, formatMoment } from "@/lib/client/format";
import { formatOffset } from "@/lib/client/log-text";
import type { LogEvent } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Lines of the recovery guide that operators look for, and the beginning of each phase. */
const GUIDE_LINE =
  /^(Phase [1-5]: |Populating |Create |Created |Backfilling |Pre-validate |Add (ip_inventory|session_summaries) )/;
const SET_ASIDE = /^Set aside/i;

/** How lines are drawn, the same for all of them. */
export interface LineLook {
  /** Marked wherever it occurs; empty for nothing. */
  search: string;
  /** Begin of the run, from which times are counted; null shows times of the clock, UTC. */
  since: number | null;
  /** The line that the address names. */
  linked: number | null;
  /** The hit that was gone to last. */
  hit: number | null;
  /** The address of a line was clicked. */
  onLink: (seq: number) => void;
}

/** A block of lines. Drawn anew only when it grew or their look changed. */
export const LogLines = memo(
  function LogLines({ lines, look }: { lines: readonly LogEvent[]; look: LineLook }) {
    return lines.map((line) => <Line key={line.seq} line={line} look={look} />);
  },
  (before, after) =>
    before.look === after.look &&
    before.lines.length === after.lines.length &&
    before.lines[0] === after.lines[0] &&
    before.lines.at(-1) === after.lines.at(-1),
);

function Line({ line, look }: { line: LogEvent; look: LineLook }) {
  const { seq, at, level, message } = line;
  const text = toDisplayText(message);
  const icon = iconOf(line);
  const aim = `${seq === look.linked ? " linked" : ""}${seq === look.hit ? " hit" : ""}`;
  return (
    <div className={`line ${lookOf(line)}${aim}`} id={`L${seq}`}>
      <a
        className="ln"
        href={`#L${seq}`}
        // A stop at each line would make a way of thousands: for the keyboard the address is copied below the log.
        tabIndex={-1}
        title="Copy the address of this line"
        onClick={(event) => {
          event.preventDefault();
          look.onLink(seq);
        }}
      >
        {seq}
      </a>
      <time dateTime={at} title={`${formatMoment(at)}, ${level}`}>
        {look.since === null ? formatLogTime(at) : formatOffset(Date.parse(at) - look.since)}
      </time>
      {icon === null ? <span /> : <StateIcon state={icon} small />}
      <span className="msg">
        {level === "info" || level === "debug" ? null : <span className="sr">{level}: </span>}
        {look.search === "" ? text : <Highlighted text={text} search={look.search} />}
      </span>
    </div>
  );
}

function lookOf(line: LogEvent): string {
  if (line.level === "error") return "error";
  if (line.level === "warn") return "warn";
  if (SET_ASIDE.test(line.message)) return "aside";
  if (GUIDE_LINE.test(line.message)) return "mark";
  return "dim";
}

function iconOf(line: LogEvent): IconState | null {
  if (line.level === "error") return "error";
  if (line.level === "warn") return "warning";
  return SET_ASIDE.test(line.message) ? "set-aside" : null;
}

function Highlighted({ text, search }: { text: string; search: string }) {
  const pieces: { at: number; text: string; isHit: boolean }[] = [];
  const [haystack, needle] = [text.toLowerCase(), search.toLowerCase()];
  let at = 0;
  // Lower case may change the length of odd letters: then nothing is marked rather than the wrong part.
  for (
    let hit = haystack.indexOf(needle);
    hit >= 0 && haystack.length === text.length;
    hit = haystack.indexOf(needle, at)
  ) {
    pieces.push({ at, text: text.slice(at, hit), isHit: false });
    pieces.push({ at: hit, text: text.slice(hit, hit + search.length), isHit: true });
    at = hit + search.length;
  }
  pieces.push({ at, text: text.slice(at), isHit: false });
  return pieces.map((piece) =>
    piece.isHit ? <mark key={`hit ${piece.at}`}>{piece.text}</mark> : <span key={piece.at}>{piece.text}</span>,
  );
}
