/** A repeatable source of chance: the same seed gives the same rolls on every machine. */
export interface Dice {
  /** A whole number from 0 up to, not including, `sides`. */
  roll(sides: number): number;
  /** True in `percent` of 100 rolls. */
  chance(percent: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Picks by weight. */
  pickWeighted<T>(items: readonly (readonly [weight: number, item: T])[]): T;
}

/** Source: Mulberry32, Tommy Ettinger, public domain. */
export function seededDice(seed: number): Dice {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const roll = (sides: number) => Math.floor(next() * sides);

  function pick<T>(items: readonly T[]): T {
    const item = items[roll(items.length)];
    if (item === undefined) throw new RangeError("Nothing to pick from.");
    return item;
  }

  function pickWeighted<T>(items: readonly (readonly [number, T])[]): T {
    let left = roll(items.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, item] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    throw new RangeError("Nothing to pick from.");
  }

  return { roll, chance: (percent) => next() * 100 < percent, pick, pickWeighted };
}
