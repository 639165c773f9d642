import { Loading } from "@/components/ui/loading";

export default function SetAsideLoading() {
  return <Loading what="Reading the values set aside" />;
}
