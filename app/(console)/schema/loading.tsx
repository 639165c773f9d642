import { Loading } from "@/components/ui/loading";

export default function SchemaLoading() {
  return <Loading what="Reading the database" />;
}
