import { Loading } from "@/components/ui/loading";

export default function CoverageLoading() {
  return <Loading what="Reading the database" />;
}
