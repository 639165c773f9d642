import { Ago } from "@/components/ui/ago";
import { StateIcon } from "@/components/ui/icons";

/** Tells that the console itself does not answer; what is on screen stays, with its age. */
export function ConnectionStrip({ since }: { since: number }) {
  return (
    <div className="strip" role="status">
      <div className="wrap">
        <StateIcon state="interrupted" small />
        <span>
          No answer from the console; last one <Ago at={new Date(since).toISOString()} />. A run does not depend on this
          page.
        </span>
      </div>
    </div>
  );
}
