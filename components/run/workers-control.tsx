import { useId } from "react";

/** Numbers to choose from; another one that was asked for on the command line is added. */
const CHOICES = [1, 2, 3, 4, 6, 8];

/** How many connections the sweep of a run uses at once. */
export function WorkersControl(props: {
  /** Null: as the process that executes the run is set. */
  workers: number | null;
  /** Why it cannot be changed now, or null. */
  whyNot: string | null;
  isPending?: boolean;
  onChange: (workers: number) => void;
}) {
  const { workers, whyNot, isPending = false, onChange } = props;
  const label = useId();
  const choices = workers === null || CHOICES.includes(workers) ? CHOICES : [...CHOICES, workers];
  return (
    <label className="field" title={whyNot ?? "Connections that the sweep uses at once; one at the speed gentle"}>
      <span id={label}>Workers</span>
      <select
        aria-labelledby={label}
        value={workers ?? ""}
        disabled={whyNot !== null || isPending}
        className="border-0 bg-surface text-ink outline-0"
        onChange={(event) => onChange(Number(event.target.value))}
      >
        {workers === null ? <option value="">as set</option> : null}
        {choices.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}
