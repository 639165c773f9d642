import type { Metadata } from "next";
import { LinkForm } from "@/components/access/link-form";

export const metadata: Metadata = { title: "Your link · Tidemark" };

/** Where a one-time link leads. */
export default function LinkPage() {
  return <LinkForm />;
}
