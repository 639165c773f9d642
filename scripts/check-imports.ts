/** `npm run deps`: import rules kept, and sharp enough to find what is planted for them. */
import { cruise, findBluntRules, findUnplantedRules } from "@/scripts/import-rules";

const { modules, violations } = cruise();
const problems = [
  ...violations.map(({ rule, from, to }) => `${from} imports ${to} (${rule})`),
  ...findBluntRules().map((rule) => `The rule ${rule} does not find the violation planted for it.`),
  ...(await findUnplantedRules()).map((rule) => `No violation is planted for the rule ${rule}.`),
  ...(modules === 0 ? ["No module was looked at."] : []),
];

for (const problem of problems) console.error(problem);
console.log(`${modules} modules, ${problems.length} problems with imports.`);
process.exitCode = problems.length === 0 ? 0 : 1;
