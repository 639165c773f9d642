import { useKnownStatus } from "@/components/shell/known-status";
import { StateIcon } from "@/components/ui/icons";
import { TermedText } from "@/components/ui/termed-text";
import { toOutlookLines } from "@/lib/client/plan-lines";

/** What a run would say before its first step, a line each. */
export function OutlookList({ lines, className = "" }: { lines: readonly string[]; className?: string }) {
  const findings = useKnownStatus().status?.findings ?? [];
  return (
    <ul className={`outlook ${className}`.trim()}>
      {toOutlookLines(lines, findings).map(({ text, isWarning }) => (
        <li key={text}>
          <StateIcon state={isWarning ? "warning" : "note"} small />
          <span>
            {isWarning ? <span className="sr">warning: </span> : null}
            <TermedText text={text} terms={["census"]} />
          </span>
        </li>
      ))}
    </ul>
  );
}
