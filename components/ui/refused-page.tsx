"use client";

import dynamic from "next/dynamic";
import { Loading } from "@/components/ui/loading";

/**
 * The whole page when there is nothing to show: what was found, what is needed, and the exact thing to do. Loaded only where
 * it is shown: every page may have to, and hardly one does.
 */
export const RefusedPage = dynamic(
  () => import("@/components/first-run/first-run-page").then(({ FirstRunPage }) => FirstRunPage),
  // A boundary of its own: else the whole console would go off the screen while it is loaded.
  { loading: () => <Loading what="Looking at the database" /> },
);
