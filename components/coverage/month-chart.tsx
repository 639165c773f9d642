"use client";

import { Bar, BarChart, LabelList, ResponsiveContainer, Tooltip, XAxis, type XAxisTickContentProps } from "recharts";
import { formatCompact, toShownLabels } from "@/lib/client/coverage-words";
import { formatCount } from "@/lib/client/format";
import type { CoverageMonth } from "@/lib/contract";

/** A month with its label on the axis. */
type LabelledMonth = CoverageMonth & { label: string };

const SERIES = [
  { part: "withCountry", word: "country known", fill: "var(--tide-fill)", stroke: "none" },
  { part: "withoutCountry", word: "no country (XX)", fill: "url(#without-country)", stroke: "var(--slate-fill)" },
  { part: "open", word: "open", fill: "var(--amber-fill)", stroke: "none" },
] as const;

/** Width of the longest label with some air, in pixels. */
const LABEL_PX = 44;

/** Stacked bars, the total at the end of each. Decorative: the figures stand in a table beside it. */
export function MonthChart({ months }: { months: LabelledMonth[] }) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart
        data={months}
        accessibilityLayer={false}
        barCategoryGap={3}
        margin={{ top: 20, right: 0, bottom: 0, left: 0 }}
      >
        <defs>
          <pattern
            id="without-country"
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="5" height="5" fill="var(--sunken)" />
            <rect width="2" height="5" fill="var(--slate-fill)" fillOpacity="0.6" />
          </pattern>
        </defs>
        <XAxis
          dataKey="label"
          tick={(tick) => <MonthTick tick={tick} labels={months.map(({ label }) => label)} />}
          tickLine={false}
          axisLine={{ stroke: "var(--line-strong)" }}
          interval={0}
        />
        <Tooltip cursor={{ fill: "var(--hover)" }} isAnimationActive={false} content={<MonthTip />} />
        {SERIES.map(({ part, fill, stroke }) => (
          <Bar key={part} dataKey={part} stackId="month" fill={fill} stroke={stroke} isAnimationActive={false}>
            <LabelList
              position="top"
              fill="var(--ink-2)"
              fontSize={11}
              dataKey={(month: LabelledMonth) => totalAbove(month, part)}
            />
          </Bar>
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

/** The label of a month, where there is room for it. */
function MonthTick({ tick, labels }: { tick: XAxisTickContentProps; labels: readonly string[] }) {
  const { x, y, width, index } = tick;
  const room = Number(width) || Number.POSITIVE_INFINITY;
  const apart = Math.max(1, Math.ceil((LABEL_PX * labels.length) / room));
  if (toShownLabels(labels, apart)[index] !== true) return null;
  // The first one and the last stay inside the chart.
  const at = Math.min(Math.max(Number(x), LABEL_PX / 2), room - LABEL_PX / 2);
  return (
    <text x={at} y={y} dy="0.71em" textAnchor="middle" fill="var(--ink-3)" fontSize={11}>
      {labels[index]}
    </text>
  );
}

/** The month's total where `part` is the uppermost of its bars; a bar of no session has no place for a label. */
function totalAbove(month: LabelledMonth, part: (typeof SERIES)[number]["part"]): string {
  const uppermost = SERIES.findLast((series) => month[series.part] > 0);
  return uppermost?.part === part ? formatCompact(month.withCountry + month.withoutCountry + month.open) : "";
}

/** Recharts hands over the month under the pointer. */
function MonthTip({ active, payload }: { active?: boolean; payload?: readonly { payload: LabelledMonth }[] }) {
  const month = payload?.[0]?.payload;
  if (active !== true || month === undefined) return null;
  return (
    <div className="chart-tip">
      <p className="strong">{month.month}</p>
      {SERIES.map(({ part, word }) => (
        <p key={part}>
          {formatCount(month[part])} {word}
        </p>
      ))}
    </div>
  );
}
