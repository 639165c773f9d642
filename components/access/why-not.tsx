import { StateIcon } from "@/components/ui/icons";
import { toDisplayText } from "@/lib/plain-text";

/** Why the button that is described by this does nothing now; nothing where it does. */
export function WhyNot({ id, why }: { id: string; why: string | null }) {
  if (why === null) return null;
  return (
    <p id={id} className="blocked sm">
      <StateIcon state="blocked" small />
      <span>{toDisplayText(why)}</span>
    </p>
  );
}
