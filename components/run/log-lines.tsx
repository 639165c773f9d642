import { memo } from "react";
import { type IconState, StateIcon } from "@/components/ui/icons";
import { formatLogTime, formatMoment } from "@/lib/client/format";
import { toDisplayText } from "@/lib/client/log-text";
import type { LogEvent } from "@/lib/contract";

/** Lines of the recovery guide that operators look for, and the beginning of each phase. */
const GUIDE_LINE =
  /^(Phase [1-5]: |Populating |Create |Created |Backfilling |Pre-validate |Add (ip_inventory|session_summaries) )/;
const SET_ASIDE = /^Set aside/i;

/** Height of a line that does not wrap, as in log.css. */
const LINE_HEIGHT_REM = 1.2;

/** A block of lines; the browser may skip it while it is out of sight. Drawn anew only when it grew or the search changed. */
export const LogLines = memo(
  function LogLines({ lines, search, isSkippable }: { lines: LogEvent[]; search: string; isSkippable: boolean }) {
    const size = { containIntrinsicSize: `auto ${lines.length * LINE_HEIGHT_REM}rem` };
    return (
      <div className={isSkippable ? "line-block" : undefined} style={isSkippable ? size : undefined}>
        {lines.map((line) => (
          <Line key={line.seq} line={line} search={search} />
        ))}
      </div>
    );
  },
  (before, after) =>
    before.search === after.search &&
    before.isSkippable === after.isSkippable &&
    before.lines.length === after.lines.length &&
    before.lines[0] === after.lines[0] &&
    before.lines.at(-1) === after.lines.at(-1),
);

function Line({ line, search }: { line: LogEvent; search: string }) {
  const text = toDisplayText(line.message);
  const icon = iconOf(line);
  return (
    <div className={`line ${lookOf(line)}`}>
      <span className="ln">{line.seq}</span>
      <time dateTime={line.at} title={`${formatMoment(line.at)}, ${line.level}`}>
        {formatLogTime(line.at)}
      </time>
      {icon === null ? <span /> : <StateIcon state={icon} small />}
      <span className="msg">
        {line.level === "info" || line.level === "debug" ? null : <span className="sr">{line.level}: </span>}
        {search === "" ? text : <Highlighted text={text} search={search} />}
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
