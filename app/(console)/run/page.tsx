import Link from "next/link";
import { redirect } from "next/navigation";
import { EligibleOnly } from "@/components/ui/eligible-only";
import { Empty } from "@/components/ui/empty";
import { RefusedPage } from "@/components/ui/refused-page";
import { answerRuns } from "@/lib/queries/answers";
import { pageTitle } from "@/lib/queries/page-title";

export const generateMetadata = () => pageTitle("Run");

/** The tab Run leads to the newest run; before the first one, it says what will be here. */
export default async function NewestRunPage() {
  const runs = await answerRuns();
  if (!runs.ok) return <RefusedPage refusal={runs.refusal} />;
  const newest = runs.value.runs.find(({ kind }) => kind !== "verify");
  if (newest !== undefined) redirect(`/runs/${newest.id}`);
  return (
    <EligibleOnly>
      <h1>Run</h1>
      <Empty>
        No run yet. Start the migration on the <Link href="/">Overview</Link>, or see on the{" "}
        <Link href="/plan">Plan</Link> first what it will do; its phases, figures and log appear here as they happen.
      </Empty>
    </EligibleOnly>
  );
}
