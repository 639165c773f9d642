import type { ReactNode } from "react";

/** What will be here, and when. */
export function Empty({ children }: { children: ReactNode }) {
  return <p className="max-w-[78ch] py-4 text-ink-3">{children}</p>;
}
