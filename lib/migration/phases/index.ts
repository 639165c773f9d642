import type { Phase } from "@/lib/migration/phase";
import { asnInventory } from "@/lib/migration/phases/asn-inventory";
import { foreignKeys } from "@/lib/migration/phases/foreign-keys";
import { ipInventory } from "@/lib/migration/phases/ip-inventory";
import { sessionSnapshots } from "@/lib/migration/phases/session-snapshots";
import { sourceIp } from "@/lib/migration/phases/source-ip";

/** The five phases, in order. */
export const PHASES: readonly Phase[] = [sourceIp, asnInventory, ipInventory, sessionSnapshots, foreignKeys];
