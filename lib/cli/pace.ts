import { InvalidArgumentError, Option } from "commander";
import { SPEEDS, type Speed } from "@/lib/contract";

/** What an operator may ask of a run's pace. */
export interface PaceOptions {
  speed?: Speed;
  /** ISO 8601. */
  until?: string;
}

/** `--speed`. */
export const speedOption = () =>
  new Option("--speed <speed>", "how much of its time the run works; `speed` changes it later").choices(SPEEDS);

/** `--until`. */
export const untilOption = () =>
  new Option("--until <HH:MM>", "end of the maintenance window, in local time: the run pauses by itself").argParser(
    (value: string) => toNextOccurrence(value, new Date()),
  );

/** The pace asked for, without what was left out: an interrupted run that goes on keeps what it had. */
export function toPace({ speed, until }: PaceOptions): PaceOptions {
  return { ...(speed === undefined ? {} : { speed }), ...(until === undefined ? {} : { until }) };
}

/**
 * The next moment after `now` at which the local clock shows `HH:MM`, as ISO 8601.
 *
 * @throws {InvalidArgumentError} for anything but a time of day of 24 hours.
 */
export function toNextOccurrence(value: string, now: Date): string {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(value) ?? [];
  if (hours === undefined || minutes === undefined) throw new InvalidArgumentError("Not a time of day as HH:MM.");
  const next = new Date(now);
  next.setHours(Number(hours), Number(minutes), 0, 0);
  if (next <= now) next.setDate(next.getDate() + 1);
  return next.toISOString();
}
