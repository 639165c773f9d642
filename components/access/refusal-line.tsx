import { StateIcon } from "@/components/ui/icons";
import type { Refusal } from "@/lib/contract";
import { toDisplayText } from "@/lib/plain-text";

/** Why something was refused, in the form it was asked in. */
export function RefusalLine({ refusal }: { refusal: Refusal["error"] | null }) {
  return (
    <p className="access-refusal sm t-coral" role="alert">
      {refusal === null ? null : (
        <>
          <StateIcon state="error" small /> {toDisplayText(`${refusal.message} ${refusal.remedy}`)}
        </>
      )}
    </p>
  );
}
