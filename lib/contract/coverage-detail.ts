import { z } from "zod";
import { count, time } from "@/lib/contract/scalars";
import { phaseId } from "@/lib/contract/words";

/** The snapshot's columns, in the order of the page. */
export const SNAPSHOT_COLUMNS = [
  "source_ip",
  "enrichment_at",
  "snapshot_asn",
  "snapshot_country",
  "snapshot_ip_types",
] as const;
const snapshotColumn = z.enum(SNAPSHOT_COLUMNS);

/** Why sessions have no value in a column. The parts and `filled` make all sessions. */
export const columnCauses = z.object({
  column: snapshotColumn,
  filled: count,
  /** Swept without a value that the rules now give; null: not counted. */
  recoverable: count.nullable(),
  setAside: count,
  /** Swept, and no source names a value; while `recoverable` is null those are among them. */
  absent: count,
  open: count,
});
export type ColumnCauses = z.infer<typeof columnCauses>;

/** Sessions that began in a month of UTC: swept with a country, swept without one (XX), open. */
export const coverageMonth = z.object({
  /** `2025-03`; `earlier`: all before the months listed; `undated`: no date, or one in the future. */
  month: z.string(),
  withCountry: count,
  withoutCountry: count,
  open: count,
});
export type CoverageMonth = z.infer<typeof coverageMonth>;

/** What one scan of the sessions tells besides `coverage`; kept, and counted anew rarely. */
export const coverageFigures = z.object({
  measuredAt: time,
  sessions: count,
  columns: z.array(columnCauses),
  months: z.array(coverageMonth),
  /** A day before which nearly all sessions without a country began, and few others; `share` of them. Null: no such day. */
  withoutCountryBefore: z.object({ day: z.iso.date(), share: z.number() }).nullable(),
  /** The largest by sessions, and how many there are. */
  asns: z.object({
    total: count,
    top: z.array(z.object({ asn: count, organization: z.string().nullable(), sessions: count })),
  }),
  /** `XX` stands for none and is not in `total`. */
  countries: z.object({ total: count, top: z.array(z.object({ country: z.string(), sessions: count })) }),
});
export type CoverageFigures = z.infer<typeof coverageFigures>;

/** One place that a value was read from, and of how many sessions. */
export const valueSource = z.object({
  /** As the document has it, e.g. `dshield.ip.number`; `session.<address>`, `first raw event`, or a column's name. */
  path: z.string(),
  /** Of those, the sessions whose document has it at its top level; null where that makes no difference. */
  flat: count.nullable(),
  /** The same, under the entry of the session's own address. */
  nested: count.nullable(),
  sessions: count,
});

/** Which source gave each value: counted by `verify --deep`, which reads every document. */
export const coverageSources = z.object({
  measuredAt: time,
  /** Swept sessions, whose documents were read. */
  sessions: count,
  columns: z.array(
    z.object({
      column: snapshotColumn,
      /** In order of preference. */
      sources: z.array(valueSource),
      /** Held from before, or read from a document that says otherwise by now. */
      kept: count,
      recoverable: count,
    }),
  ),
});
export type CoverageSources = z.infer<typeof coverageSources>;

/** What ingest wrote in the last hour, by five minutes, the oldest first. */
export const newestHour = z.object({
  measuredAt: time,
  slots: z.array(z.object({ from: time, total: count, open: count })),
});
export type NewestHour = z.infer<typeof newestHour>;

export const GUIDE_CHECKS = ["schema-version", "asns", "addresses", "sessions-with-address", "sample"] as const;

/** `GET /api/coverage/detail`: what the Coverage page shows besides `GET /api/coverage`. */
export const coverageDetail = z.object({
  /** Null until counted. */
  figures: coverageFigures.nullable(),
  /** Null until the first `verify --deep` since the last reset. */
  sources: coverageSources.nullable(),
  newestHour: newestHour.nullable(),
  /** The figures are being counted anew: ask again in a moment. */
  isBeingCounted: z.boolean(),
  /**
   * The recovery guide's "testing after recovery", each as SQL for psql. `awaits`: the phase that has to bring what it asks
   * for; null: it is there, and psql can run it.
   */
  guide: z.array(z.object({ check: z.enum(GUIDE_CHECKS), sql: z.string(), awaits: phaseId.nullable() })),
});
export type CoverageDetail = z.infer<typeof coverageDetail>;
