import { retrySetAside } from "@/app/actions/set-aside";
import { SetAsideView } from "@/components/set-aside/set-aside-view";
import { EligibleOnly } from "@/components/ui/eligible-only";
import { RefusedPage } from "@/components/ui/refused-page";
import { pageTitle } from "@/lib/queries/page-title";
import { answerSetAside, readSetAsideQuery, toCursorParameter } from "@/lib/queries/set-aside";

export const generateMetadata = () => pageTitle("Set aside");

export default async function SetAsidePage({ searchParams }: PageProps<"/set-aside">) {
  const query = readSetAsideQuery(await searchParams);
  const answer = await answerSetAside(query);
  if (!answer.ok) return <RefusedPage refusal={answer.refusal} />;
  const { values, next, groups } = answer.value;
  const view = (
    <SetAsideView
      groups={groups}
      values={values}
      filter={query.filter}
      isFirstPage={query.after === null}
      next={next === null ? null : toCursorParameter(next)}
      retry={retrySetAside}
    />
  );
  return groups.length === 0 ? <EligibleOnly>{view}</EligibleOnly> : view;
}
