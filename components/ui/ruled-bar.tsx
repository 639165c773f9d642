import type { CSSProperties } from "react";

/** A small gauge: fill, and where there is one a threshold mark. Decorative unless `label` makes it a progress bar. */
export function RuledBar(props: {
  /** 0 to 1; null draws it hatched, for unknown. */
  share: number | null;
  threshold?: number;
  tone?: "tide" | "amber" | "coral";
  label?: string;
}) {
  const { share, threshold, tone = "tide", label } = props;
  const style = { "--p": share ?? 0, "--t": threshold ?? 0 } as CSSProperties;
  const progress =
    label === undefined
      ? { "aria-hidden": true }
      : {
          role: "progressbar",
          "aria-label": label,
          "aria-valuemin": 0,
          "aria-valuemax": 100,
          ...(share === null ? {} : { "aria-valuenow": Math.floor(share * 100) }),
        };
  return (
    <div
      className={`rule ${share === null ? "unknown" : ""} ${tone === "tide" ? "" : tone}`}
      style={style}
      {...progress}
    >
      <i />
      {threshold === undefined ? null : <b />}
    </div>
  );
}
