import { z } from "zod";

/** A moment. */
export const time = z.iso.datetime({ precision: 3 });
/** How many. */
export const count = z.number().int().nonnegative();
