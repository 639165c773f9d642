import { quoteIdentifier } from "@/lib/db/identifier";
import type { Catalog } from "@/lib/inspection/catalog";
import type { Hazard } from "@/lib/inspection/hazards/hazard";

/** Settings of the server, database or role that a session of the console cannot put right by itself. */
export function settingHazards({ activity, user }: Catalog): Hazard[] {
  const limit = activity.tempFileLimitBytes;
  if (limit === null) return [];
  return [
    {
      name: "temp-file-limit",
      phase: null,
      isBlocking: false,
      live: `${Math.floor(limit / 1024)} kB`,
      message: `temp_file_limit is ${Math.floor(limit / 1024)} kB for this role: a sort or an index build that needs more fails (53400).`,
      remedy: `A superuser lifts it: alter role ${quoteIdentifier(user)} set temp_file_limit = -1`,
    },
  ];
}
