import {
  addOperator,
  endOperatorSessions,
  resetOperatorPassword,
  setOperatorDisabled,
  setOperatorRole,
} from "@/app/actions/operators";
import { OperatorsView } from "@/components/access/operators-view";
import { RefusedPage } from "@/components/ui/refused-page";
import { answerOperators } from "@/lib/queries/operators";
import { pageTitle } from "@/lib/queries/page-title";

const ACTIONS = { addOperator, endOperatorSessions, resetOperatorPassword, setOperatorDisabled, setOperatorRole };

export const generateMetadata = () => pageTitle("Operators");

export default async function OperatorsPage() {
  const operators = await answerOperators();
  if (!operators.ok) return <RefusedPage refusal={operators.refusal} />;
  return <OperatorsView operators={operators.value} actions={ACTIONS} />;
}
