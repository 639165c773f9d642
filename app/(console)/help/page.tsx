import { HelpView } from "@/components/help/help-view";
import { pageTitle } from "@/lib/queries/page-title";

export const generateMetadata = () => pageTitle("Help");

export default function HelpPage() {
  return <HelpView />;
}
