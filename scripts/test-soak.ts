/** `npm run test:soak [-- FILTER…]`: the fault tests with their full times and sizes; takes an hour and a half. */
import { runVitest } from "@/scripts/vitest-run";

/** The tests that TIDEMARK_SOAK makes longer, larger, or more. */
const SOAKED = ["lib/testing/faults", "lib/migration/random-states", "lib/demo/broken/recovery", "bench/documented"];

const wanted = process.argv.slice(2);
const { passed, failed, skipped, failures } = runVitest(wanted.length > 0 ? wanted : SOAKED, {
  TIDEMARK_SOAK: "1",
});
for (const failure of failures) console.log(failure);
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
