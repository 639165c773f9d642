import { AccountView } from "@/components/access/account-view";
import { RefusedPage } from "@/components/ui/refused-page";
import { answerOwnOperator } from "@/lib/queries/operators";
import { pageTitle } from "@/lib/queries/page-title";

export const generateMetadata = () => pageTitle("Your account");

export default async function AccountPage() {
  const own = await answerOwnOperator();
  if (!own.ok) return <RefusedPage refusal={own.refusal} />;
  return <AccountView operator={own.value} />;
}
