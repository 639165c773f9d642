"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";

/** Whether only differences are shown: kept in the address, so that a link shows the same. */
export function useOnlyDifferences(): [isOn: boolean, change: (isOn: boolean) => void] {
  const path = usePathname();
  const parameters = useSearchParams();
  const isAsked = parameters.get("only") === "differences";
  // The address follows a moment later: the switch must not fall back meanwhile.
  const [isOn, setOn] = useState(isAsked);
  useEffect(() => setOn(isAsked), [isAsked]);

  function change(isOn: boolean) {
    setOn(isOn);
    const next = new URLSearchParams(parameters);
    if (isOn) next.set("only", "differences");
    else next.delete("only");
    // Nothing is asked of the server: the page has both already.
    window.history.replaceState(null, "", next.size === 0 ? path : `${path}?${next}`);
  }
  return [isOn, change];
}

/** Leaves out what is as declared. */
export function DifferenceSwitch({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <label className="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={isOn}
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
      />
      Only differences
    </label>
  );
}
