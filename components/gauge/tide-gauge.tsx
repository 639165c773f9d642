import type { CSSProperties } from "react";
import { GaugeTicks } from "@/components/gauge/gauge-ticks";
import { StateIcon } from "@/components/ui/icons";
import { type GaugeCell, type GaugeReading, readGauge } from "@/lib/client/gauge-reading";
import type { RunDetail, Status } from "@/lib/contract";

/** Beyond this share a label stands left of its line, so that it stays inside the page. */
const TURN_AT = 0.5;

/**
 * The recorded version dotted, the observed state solid, five phases as the scale. When the two lines meet, the claim is
 * true; the gap between them is the work, or the lie.
 */
export function TideGauge({ status, run, isCompact }: { status: Status; run: RunDetail | null; isCompact: boolean }) {
  const reading = readGauge(status, run);
  return (
    <section
      className={`gauge ${isCompact ? "compact" : ""}`}
      aria-label="Tide gauge: recorded version, observed state, five phases"
    >
      <div className="wrap">
        <p className="sr">{reading.sentence}</p>
        <ol className="gauge-labels" aria-hidden="true">
          {reading.cells.map((cell) => (
            <Label key={cell.number} cell={cell} />
          ))}
        </ol>
        <div className="gauge-body" aria-hidden="true">
          <div className="gauge-scale">
            {reading.cells.map((cell) => (
              <div
                key={cell.number}
                className={`cell ${cell.state} ${cell.isHeld ? "held" : ""}`}
                style={{ "--p": cell.level } as CSSProperties}
              >
                <i />
              </div>
            ))}
          </div>
          <GaugeTicks />
          <div className="tidemark" style={at(reading.observedAt)} />
        </div>
        <Lanes reading={reading} />
      </div>
    </section>
  );
}

function Label({ cell }: { cell: GaugeCell }) {
  return (
    <li className={`${cell.state} ${cell.state === "running" ? "now" : ""}`}>
      <span className="n">{cell.number}</span>
      <span className="name">{cell.title}</span>
      <span className="read">
        <StateIcon state={cell.isHeld ? "paused" : cell.state} small />
        <span>
          {cell.figure}
          {cell.word === "" ? null : <span className="word"> {cell.word}</span>}
        </span>
      </span>
    </li>
  );
}

function Lanes({ reading }: { reading: GaugeReading }) {
  const { observedAt, recordedAt, isBeyond } = reading;
  return (
    <div aria-hidden="true">
      <div className="lane">
        <span className={`observed ${observedAt > TURN_AT ? "end" : ""}`} style={at(observedAt)}>
          observed <b>{reading.observed}</b>
          <span className="opt">{reading.detail}</span>
        </span>
      </div>
      <div className="lane">
        {recordedAt === 1 ? (
          <span className="datum" style={at(0)}>
            v15
          </span>
        ) : null}
        <span
          className={`recorded ${recordedAt === 1 ? "end" : ""} ${isBeyond ? "t-coral" : ""}`}
          style={at(recordedAt)}
        >
          recorded <b>{reading.recorded}</b>
        </span>
        {recordedAt === 0 ? (
          <span className="datum end" style={at(1)}>
            v16
          </span>
        ) : null}
      </div>
    </div>
  );
}

const at = (share: number) => ({ "--at": share }) as CSSProperties;
