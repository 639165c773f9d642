import { Loading } from "@/components/ui/loading";

/** Planning counts rows, which takes seconds on a large database. */
export default function PlanLoading() {
  return <Loading what="Reading the database and planning" />;
}
