import Link from "next/link";
import { StateIcon } from "@/components/ui/icons";

/** There is nothing at this address. */
export function NotFoundPage() {
  return (
    <div className="verdict">
      <div className="say">
        <h1>
          <StateIcon state="unknown" />
          <span>There is no such page or run</span>
        </h1>
        <p className="lead">The address may be of another database: run numbers begin anew in each.</p>
        <p className="lead">
          <Link href="/">Overview</Link> · <Link href="/runs">All runs</Link>
        </p>
      </div>
    </div>
  );
}
