import type { Pressure } from "@/lib/migration/steps/pace-signal";

/** How far a sweep holds itself back. */
export interface Brake {
  /** 0: not at all. */
  level: number;
  /** Why; null at level 0. While it recovers, what it was slow for last. */
  reason: string | null;
  /** Readings in a row that showed nothing. */
  calm: number;
}

export const RELEASED: Brake = { level: 0, reason: null, calm: 0 };

/** How long a batch is followed by rest at each level, as a multiple of its duration. */
const REST = [0, 1, 3, 7, 15] as const;

/** Below this share of its limit a signal counts as calm: between the two the brake stays as it is. */
const CALM_SHARE = 0.7;

/** Calm readings in a row for each level less. */
const CALM_READINGS = 2;

/** The brake after one more reading: one level more for any signal above its limit, one less when all are calm. Pure. */
export function moveBrake(brake: Brake, pressures: readonly Pressure[]): Brake {
  const worst = pressures.reduce<Pressure | null>(
    (most, each) => (each.share > (most?.share ?? 0) ? each : most),
    null,
  );
  if (worst !== null && worst.share > 1) {
    return { level: Math.min(REST.length - 1, brake.level + 1), reason: worst.reason, calm: 0 };
  }
  if (brake.level === 0) return RELEASED;
  if (worst !== null && worst.share > CALM_SHARE) return { ...brake, calm: 0 };
  if (brake.calm + 1 < CALM_READINGS) return { ...brake, calm: brake.calm + 1 };
  return brake.level === 1 ? RELEASED : { ...brake, level: brake.level - 1, calm: 0 };
}

/** How long a batch is followed by rest, as a multiple of its duration. */
export function restOf({ level }: Brake): number {
  return REST[level] ?? 0;
}
