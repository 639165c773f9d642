import type { SizeResult } from "@/bench/results";
import { ratios, spread } from "@/bench/statistics";
import { secondsOf, sizeOf } from "@/bench/targets";

/** One bar: median and extremes in seconds. */
interface Bar {
  name: string;
  kind: "reference" | "floor" | "tidemark";
  seconds: readonly number[];
}

const WIDTH = 760;
const LABELS = 110;
const VALUES = 190;
const BAR = 18;
const GAP = 6;
const TITLE = 30;
const MARGIN = 16;

/**
 * Seconds of each strategy as bars, a panel a size, each panel to its own scale; a thin line from the fastest round to
 * the slowest. Colours follow the reader's scheme, and no meaning hangs on them alone.
 */
export function drawPlot(sizes: readonly SizeResult[]): string {
  const panels: string[] = [];
  let top = MARGIN;
  for (const size of sizes) {
    const bars = barsOf(size).filter(({ seconds }) => seconds.length > 0);
    if (bars.length === 0) continue;
    panels.push(drawPanel(`${sizeOf(size)} sessions`, bars, top));
    top += TITLE + bars.length * (BAR + GAP) + MARGIN;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" role="img" aria-labelledby="title">
<title id="title">Seconds of a whole migration by strategy and size of the database</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2937; }
.size { font-weight: 600; }
.reference { fill: #9ca3af; } .floor { fill: #a7c4d6; } .tidemark { fill: #0f7ea5; }
.extremes { stroke: #1f2937; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
  text { fill: #e5e7eb; }
  .reference { fill: #6b7280; } .floor { fill: #45677b; } .tidemark { fill: #38b2d8; }
  .extremes { stroke: #e5e7eb; }
}
</style>
${panels.join("\n")}
</svg>
`;
}

function barsOf({ reference, floor, tidemark }: SizeResult): Bar[] {
  return [
    { name: "reference", kind: "reference", seconds: secondsOf(reference) },
    ...[...floor].map(
      ([workers, runs]): Bar => ({ name: `floor, ${workers}`, kind: "floor", seconds: secondsOf(runs) }),
    ),
    ...[...tidemark].map(
      ([workers, runs]): Bar => ({ name: `Tidemark, ${workers}`, kind: "tidemark", seconds: secondsOf(runs) }),
    ),
  ];
}

function drawPanel(title: string, bars: readonly Bar[], top: number): string {
  const longest = Math.max(...bars.flatMap(({ seconds }) => seconds));
  const x = (seconds: number) => LABELS + (seconds / longest) * (WIDTH - LABELS - VALUES);
  const reference = bars.find(({ kind }) => kind === "reference")?.seconds ?? [];
  const rows = bars.map(({ name, kind, seconds }, index) => {
    const { median, least, greatest } = spread(seconds);
    const y = top + TITLE + index * (BAR + GAP);
    const middle = y + BAR / 2;
    const faster = spread(ratios(reference, seconds)).median;
    const times = kind === "tidemark" && faster > 0 ? `, ${faster.toFixed(1)} times as fast` : "";
    return [
      `<text x="${LABELS - 8}" y="${middle + 4}" text-anchor="end">${name}</text>`,
      `<rect class="${kind}" x="${LABELS}" y="${y}" width="${round(x(median) - LABELS)}" height="${BAR}" rx="2"/>`,
      ...(least === greatest
        ? []
        : [`<path class="extremes" d="M${round(x(least))} ${middle}H${round(x(greatest))}"/>`]),
      `<text x="${round(x(greatest) + 8)}" y="${middle + 4}">${median.toFixed(1)} s${times}</text>`,
    ].join("\n");
  });
  return `<text class="size" x="${MARGIN}" y="${top + 16}">${title}</text>\n${rows.join("\n")}`;
}

const round = (value: number) => Math.round(value * 10) / 10;
