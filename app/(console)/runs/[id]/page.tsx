import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { endBlocker, previewBlocker } from "@/app/actions/blockers";
import { RunView } from "@/components/run/run-view";
import { RefusedPage } from "@/components/ui/refused-page";
import { answerRun, answerStatus } from "@/lib/queries/answers";
import { pageTitle } from "@/lib/queries/page-title";
import { readRunId } from "@/lib/queries/respond";

type Props = PageProps<"/runs/[id]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return pageTitle(`Run ${(await params).id}`);
}

export default async function RunPage({ params }: Props) {
  const runId = readRunId((await params).id);
  if (runId === null) notFound();
  const [run, status] = await Promise.all([answerRun(runId), answerStatus()]);
  if (!run.ok) return <RefusedPage refusal={run.refusal} />;
  if (run.value === null) notFound();
  const database = status.ok ? status.value.database.name : "";
  const blockerActions = { preview: previewBlocker, end: endBlocker };
  return <RunView key={runId} run={run.value} database={database} blockerActions={blockerActions} />;
}
