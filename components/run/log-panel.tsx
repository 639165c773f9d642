"use client";

import dynamic from "next/dynamic";

/** The log, loaded while its first lines are on their way: figures and buttons do not wait for it. */
export const LogPanel = dynamic(() => import("@/components/run/log-view").then(({ LogView }) => LogView), {
  ssr: false,
  loading: () => (
    <section className="log" aria-label="Log" aria-busy="true">
      <div className="log-tools" />
      <div className="log-body" />
      <div className="log-foot">connecting</div>
    </section>
  ),
});
