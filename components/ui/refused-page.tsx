"use client";

import dynamic from "next/dynamic";
import { NotAllowed } from "@/components/access/not-allowed";
import { Loading } from "@/components/ui/loading";
import type { Refusal } from "@/lib/contract";

const FirstRunPage = dynamic(
  () => import("@/components/first-run/first-run-page").then(({ FirstRunPage: component }) => component),
  // A boundary of its own: else the whole console would go off the screen while it is loaded.
  { loading: () => <Loading what="Looking at the database" /> },
);

/**
 * The whole page when there is nothing to show: because of who asks, or because of the database. What was found of that, what
 * is needed, and the exact thing to do is loaded only where it is shown: every page may have to, and hardly one does.
 */
export function RefusedPage({ refusal }: { refusal: Refusal["error"] }) {
  const isAboutOperator = refusal.code === "unauthenticated" || refusal.code === "forbidden";
  return isAboutOperator ? <NotAllowed refusal={refusal} /> : <FirstRunPage refusal={refusal} />;
}
