import { Link2 } from "lucide-react";
import { CopyButton } from "@/components/ui/copy-button";
import { StateIcon } from "@/components/ui/icons";
import { formatCounted } from "@/lib/client/format";
import type { ResetPreview } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

interface Props {
  dependents: ResetPreview["dependents"];
  isAgreed: boolean;
  onAgree: (isAgreed: boolean) => void;
}

/** What others made on top of what goes: by name, with its definition, and only with a tick of its own. */
export function DependentsPanel({ dependents, isAgreed, onAgree }: Props) {
  if (dependents.length === 0) {
    return (
      <section className="panel">
        <h3>
          <StateIcon state="complete" /> Depends on it
        </h3>
        <p>Nothing of anybody else.</p>
      </section>
    );
  }
  return (
    <section className="panel amber">
      <h3 className="t-amber">
        <Link2 className="i" aria-hidden="true" /> Depends on it
      </h3>
      <label className="agree">
        <input type="checkbox" checked={isAgreed} onChange={(event) => onAgree(event.target.checked)} />
        <span>Drop {formatCounted(dependents.length, "object")} of others too; no run makes them again:</span>
      </label>
      <ul className="mt-1">
        {dependents.map(({ kind, object, definition }) => (
          <li key={object}>
            <details>
              <summary>
                <code className="xs">
                  {kind} {toDisplayText(object)}
                </code>
              </summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
              <pre className="sql" tabIndex={0}>
                {toDisplayText(definition)}
              </pre>
            </details>
          </li>
        ))}
      </ul>
      <p>
        <CopyButton className="btn quiet" label="Copy the definitions" read={() => toScript(dependents)}>
          Copy definitions
        </CopyButton>
      </p>
    </section>
  );
}

function toScript(dependents: Props["dependents"]): string {
  return dependents.map(({ kind, object, definition }) => `-- ${kind} ${object}\n${definition}\n`).join("\n");
}
