"use client";

import { useQuery } from "@tanstack/react-query";
import { answeredValue, connectionOptions } from "@/lib/client/query-options";
import type { TlsMode } from "@/lib/contract";

const TLS_WORDS: Record<TlsMode, string> = {
  local: "local",
  verified: "TLS verified",
  unverified: "TLS unverified",
  off: "no TLS",
};

/** How protected the way to the database is, and whether the console has more rights than it needs. */
export function ConnectionSafety() {
  const report = answeredValue(useQuery(connectionOptions).data);
  if (report === null) return null;
  const title = report.warnings.map(({ message, remedy }) => `${message} ${remedy}`).join("\n");
  if (title === "") return <span className="opt">{TLS_WORDS[report.tls]}</span>;
  return (
    <span className="opt t-amber" title={title}>
      {TLS_WORDS[report.tls]}
      {report.isSuperuser ? ", superuser" : ""}
      <span className="sr">. {title}</span>
    </span>
  );
}
