"use client";

import { ChevronRight } from "lucide-react";

/** Opens and closes what stands below it. */
export function FoldButton({
  isOpen,
  onToggle,
  children,
}: {
  isOpen: boolean;
  onToggle: () => void;
  children: string;
}) {
  return (
    <p className="fold-line">
      <button type="button" className="btn quiet" aria-expanded={isOpen} onClick={onToggle}>
        <ChevronRight className={`i i-s ${isOpen ? "rotate-90" : ""}`} aria-hidden="true" /> {children}
      </button>
    </p>
  );
}
