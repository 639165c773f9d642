"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";

/** How long the button says that it copied, in milliseconds. */
const SAID_MS = 2_000;

/** Copies what `read` gives to the clipboard and says so in place. */
export function CopyButton(props: { read: () => string; label: string; children?: string; className?: string }) {
  const { read, label, children, className = "icon-btn" } = props;
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);

  async function copy() {
    // Browsers refuse the clipboard outside secure contexts.
    const done = await navigator.clipboard?.writeText(read()).then(
      () => true,
      () => false,
    );
    setOutcome(done === true ? "copied" : "refused");
    setTimeout(() => setOutcome(null), SAID_MS);
  }

  const Icon = outcome === "copied" ? Check : Copy;
  const said = outcome === "copied" ? "Copied" : "The browser refused the clipboard";
  return (
    <button
      type="button"
      className={className}
      aria-label={outcome === null ? label : said}
      title={label}
      onClick={copy}
    >
      <Icon className={children === undefined ? "i" : "i i-s"} aria-hidden="true" />
      {children === undefined ? null : outcome === null ? children : said}
    </button>
  );
}
