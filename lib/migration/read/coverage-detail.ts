import type pg from "pg";
import {
  ACTIVE_STATUSES,
  type Coverage,
  type CoverageDetail,
  type CoverageFigures,
  type CoverageSources,
  type NewestHour,
} from "@/lib/contract";
import { withRecoverable } from "@/lib/coverage/column-counts";
import { countFigures } from "@/lib/coverage/figures";
import { guideChecks } from "@/lib/coverage/guide";
import { storeMeasure } from "@/lib/coverage/measures";
import { countNewestHour } from "@/lib/coverage/newest-hour";
import type { DatabaseTarget } from "@/lib/db/client";
import { hasJournal } from "@/lib/db/console-db";
import { countInBackground } from "@/lib/migration/read/background-count";
import { eligible } from "@/lib/migration/read/diagnosis";
import { COVERAGE_MEASURE } from "@/lib/migration/read/measurement";

/** Where the newest counts are kept; a reset forgets them. */
const FIGURES_MEASURE = "coverage-figures";
const SOURCES_MEASURE = "coverage-sources";
const HOUR_MEASURE = "newest-hour";

/**
 * How old a count may grow before it is made anew behind an answer, as intervals: a scan, and some newest rows. While a
 * run is under way its figures must not lag far behind those of `readCoverage`.
 */
const ACTIVE = ACTIVE_STATUSES.map((status) => `'${status}'`).join(", ");
const FIGURES_AGE = `case when exists (
                select from tidemark.runs where kind <> 'verify' and status in (${ACTIVE})
              ) then interval '1 minute' else interval '10 minutes' end`;
const HOUR_AGE = "interval '1 minute'";

/**
 * What the Coverage page shows besides `readCoverage`, without scanning the heap for it: what was kept, each with its
 * age. What is old, or older than the newest run, is counted anew in the background, once at a time, and kept for the
 * next reader.
 *
 * @throws {RefusalError} when this database is not eligible.
 */
export function readCoverageDetail(target: DatabaseTarget): Promise<CoverageDetail> {
  return eligible(target, async (client, { live }) => {
    const guide = guideChecks(live);
    if (!(await hasJournal(client))) {
      return { figures: null, sources: null, newestHour: null, isBeingCounted: false, guide };
    }
    const { coverage, figures, sources, newestHour, areFiguresOld, isHourOld } = await readKept(client);
    const known = { addresses: coverage?.sessions.recoverable ?? null, sources };
    const counting = [
      areFiguresOld && countInBackground(target, FIGURES_MEASURE, () => keepFigures(target)),
      isHourOld && countInBackground(target, HOUR_MEASURE, () => keepNewestHour(target)),
    ];
    return {
      figures: figures === null ? null : { ...figures, columns: withRecoverable(figures.columns, known) },
      sources,
      newestHour,
      isBeingCounted: counting.includes(true),
      guide,
    };
  });
}

/** Keeps which source gave each value. Needs the console's own tables. */
export function keepSources(client: pg.ClientBase, sources: CoverageSources): Promise<void> {
  return storeMeasure(client, SOURCES_MEASURE, sources);
}

function keepFigures(target: DatabaseTarget): Promise<void> {
  return eligible(target, async (client, { live }) => {
    await storeMeasure(client, FIGURES_MEASURE, await countFigures(client, live));
  });
}

function keepNewestHour(target: DatabaseTarget): Promise<void> {
  return eligible(target, async (client, { live }) => {
    await storeMeasure(client, HOUR_MEASURE, await countNewestHour(client, live));
  });
}

interface Kept {
  coverage: Coverage | null;
  figures: CoverageFigures | null;
  sources: CoverageSources | null;
  newestHour: NewestHour | null;
  areFiguresOld: boolean;
  isHourOld: boolean;
}

async function readKept(client: pg.ClientBase): Promise<Kept> {
  const result = await client.query<Kept>(
    `select ${keptIn(COVERAGE_MEASURE)} as coverage,
            ${keptIn(FIGURES_MEASURE)} as figures,
            ${keptIn(SOURCES_MEASURE)} as sources,
            ${keptIn(HOUR_MEASURE)} as "newestHour",
            ${isOld(FIGURES_MEASURE, FIGURES_AGE)} as "areFiguresOld",
            ${isOld(HOUR_MEASURE, HOUR_AGE)} as "isHourOld"`,
  );
  const kept = result.rows[0];
  if (kept === undefined) throw new Error("read of tidemark.measures returned no row");
  return kept;
}

const keptIn = (name: string) => `(select value from tidemark.measures where name = '${name}')`;

/** When the count began: a run may have finished before it was kept. */
const countedAt = "(value ->> 'measuredAt')::timestamptz";

const isOld = (name: string, age: string) => `not exists (
              select from tidemark.measures
              where name = '${name}' and ${countedAt} > clock_timestamp() - ${age}
                and ${countedAt} > coalesce((select max(finished_at) from tidemark.runs where kind <> 'verify'),
                                           '-infinity'))`;
