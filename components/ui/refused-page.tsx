"use client";

import dynamic from "next/dynamic";

/**
 * The whole page when there is nothing to show: what was found, what is needed, and the exact thing to do. Loaded only where
 * it is shown: every page may have to, and hardly one does.
 */
export const RefusedPage = dynamic(() =>
  import("@/components/first-run/first-run-page").then(({ FirstRunPage }) => FirstRunPage),
);
