import { AuditView } from "@/components/audit/audit-view";
import { RefusedPage } from "@/components/ui/refused-page";
import { answerAudit, readAuditQuery } from "@/lib/queries/audit";
import { pageTitle } from "@/lib/queries/page-title";

export const generateMetadata = () => pageTitle("Audit");

export default async function AuditPage({ searchParams }: PageProps<"/audit">) {
  const query = readAuditQuery(await searchParams);
  const answer = await answerAudit(query);
  if (!answer.ok) return <RefusedPage refusal={answer.refusal} />;
  const { runId, from: _from, until: _until, ...words } = query.filter;
  const narrowing = { ...words, ...query.days, ...(runId === undefined ? {} : { run: runId }) };
  return <AuditView {...answer.value} narrowing={narrowing} isFirstPage={query.before === null} />;
}
