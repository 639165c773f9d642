import {
  Archive,
  CircleCheck,
  CircleDashed,
  CircleQuestionMark,
  CircleStop,
  Hourglass,
  Info,
  type LucideIcon,
  OctagonAlert,
  OctagonX,
  Pause,
  TriangleAlert,
  Unplug,
} from "lucide-react";
import type { ComponentType } from "react";

interface IconProps {
  className?: string;
}

/** A circle with its right half filled: partial. */
function HalfFilled({ className }: IconProps) {
  return (
    <svg className={className} viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="10" />
      <path d="M12 2a10 10 0 0 1 0 20Z" fill="currentColor" />
    </svg>
  );
}

/** A circle with a filled centre: running. */
function Dotted({ className }: IconProps) {
  return (
    <svg className={className} viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="10" />
      <circle cx="12" cy="12" r="4" fill="currentColor" />
    </svg>
  );
}

const ICONS = {
  complete: [CircleCheck, "tide"],
  running: [Dotted, "tide"],
  partial: [HalfFilled, "amber"],
  pending: [CircleDashed, "slate"],
  blocked: [OctagonAlert, "coral"],
  error: [OctagonX, "coral"],
  warning: [TriangleAlert, "amber"],
  note: [Info, "slate"],
  "set-aside": [Archive, "plum"],
  unknown: [CircleQuestionMark, "slate"],
  paused: [Pause, "amber"],
  cancelled: [CircleStop, "slate"],
  interrupted: [Unplug, "amber"],
  waiting: [Hourglass, "slate"],
} as const satisfies Record<string, [ComponentType<IconProps> | LucideIcon, Tone]>;

/** What colour says; never alone, an icon and a word stand beside it. */
export type Tone = "tide" | "amber" | "coral" | "plum" | "slate";

/** What an icon says. */
export type IconState = keyof typeof ICONS;

/** The icon of a state in its colour; decorative, the word stands beside it. */
export function StateIcon({
  state,
  small = false,
  className = "",
}: {
  state: IconState;
  small?: boolean;
  className?: string;
}) {
  const [Icon, tone] = ICONS[state];
  return <Icon className={`i ${small ? "i-s " : ""}t-${tone} ${className}`.trim()} aria-hidden="true" />;
}

/** The colour of a state. */
export function toneOf(state: IconState): Tone {
  return ICONS[state][1];
}
