import type { ReactNode } from "react";
import { type IconState, StateIcon } from "@/components/ui/icons";

/** How the run stands, as a box: icon, title, then what it means. */
export function OutcomePanel(props: {
  tone: "" | "amber" | "coral";
  icon: IconState;
  title: string;
  className?: string;
  children: ReactNode;
}) {
  const { tone, icon, title, className = "", children } = props;
  return (
    <section className={`panel ${tone} ${className}`.trim()} aria-labelledby="outcome">
      <header>
        <StateIcon state={icon} small />
        <h2 id="outcome">{title}</h2>
      </header>
      <div className="in why">{children}</div>
    </section>
  );
}
