import Link from "next/link";
import { Dot } from "@/components/ui/dot";
import type { ActiveRun } from "@/lib/contract";

/** Leads to the run that has the database; nothing of one that is held can be followed, and it says so. */
export function FollowRun({ run, className }: { run: Pick<ActiveRun, "id" | "status">; className: string }) {
  const isHeld = run.status === "paused";
  return (
    <Link className={className} href={`/runs/${run.id}`}>
      {isHeld ? null : <Dot />} {isHeld ? `See run ${run.id}, paused` : `Follow run ${run.id}`}
    </Link>
  );
}
