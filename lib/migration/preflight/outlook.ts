import type { DatabaseTarget } from "@/lib/db/client";
import { describeCensus, takeCensus } from "@/lib/migration/preflight/census";
import { describeForecast, forecastStorage, readStorageFacts } from "@/lib/migration/preflight/forecast";
import { describeRepairCensus } from "@/lib/migration/preflight/repair-census";
import { describeTypeContract } from "@/lib/migration/preflight/type-contract";
import { readOnly } from "@/lib/migration/read/diagnosis";

/**
 * What a run would say before it begins, in lines: hazards, disk forecast, type contract, census of values that will be
 * set aside. In a READ ONLY transaction; takes up to some seconds, and is no part of a status.
 *
 * @throws {RefusalError} when this database is not eligible.
 */
export function readOutlook(target: DatabaseTarget): Promise<string[]> {
  return readOnly(target, async (client, inspection) => {
    const facts = await readStorageFacts(client, inspection);
    return [
      ...inspection.hazards.map(({ message, remedy }) => `${message} ${remedy}`),
      describeForecast(forecastStorage(inspection, facts), facts),
      ...describeTypeContract(inspection).map(({ line }) => line),
      describeCensus(await takeCensus(client, inspection)),
      ...(await describeRepairCensus(client, inspection)),
    ];
  });
}
