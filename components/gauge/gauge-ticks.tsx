/** Marks a phase, and marks in all: 2 % of the whole each. */
const MARKS_A_PHASE = 10;
const MARKS = Array.from({ length: 5 * MARKS_A_PHASE + 1 }, (_, index) => index);

/** The ticks under the gauge: a long one at each phase, a middle one at its half. */
export function GaugeTicks() {
  return (
    <svg className="gauge-ticks" aria-hidden="true">
      {MARKS.map((mark) => {
        const x = `${mark * 2}%`;
        const isMajor = mark % MARKS_A_PHASE === 0;
        const height = isMajor ? 8 : mark % (MARKS_A_PHASE / 2) === 0 ? 6 : 4;
        return <line key={mark} className={isMajor ? "major" : undefined} x1={x} x2={x} y1="0" y2={height} />;
      })}
    </svg>
  );
}
