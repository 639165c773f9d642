/** Colours of the water: one that reads on light and dark tabs alike. */
const WATER = { running: "#2a93ad", held: "#c98a1b", failed: "#d4462f" } as const;

/** What the sign of the tab says besides how far. */
export type FaviconMood = keyof typeof WATER;

/** Height of the sign, in its own units. */
const HEIGHT = 20;

/**
 * The sign of the product as an address of an image: a gauge whose water stands at `share`, 0 to 1. Pure; shares are
 * drawn in steps of a twentieth, so that a tab does not get another image with every batch.
 */
export function toFavicon(share: number, mood: FaviconMood): string {
  const level = Math.round(Math.min(1, Math.max(0.05, share)) * HEIGHT);
  const water = `<rect x='5' y='${HEIGHT - level}' width='15' height='${level}' fill='${WATER[mood]}'/>`;
  const frame = "<path d='M5 .5h14.5v19H5' fill='none' stroke='#7d8b95'/>";
  const scale = "<path d='M1 1h4M2 5.5h3M1 10h4M2 14.5h3M1 19h4' stroke='#7d8b95' stroke-width='2'/>";
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'>${water}${frame}${scale}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
