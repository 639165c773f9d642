/** `npm run licences`, after every change of dependencies: writes THIRD-PARTY.md. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { toThirdPartyPage } from "@/scripts/third-party-page";

writeFileSync(path.resolve(import.meta.dirname, "../THIRD-PARTY.md"), toThirdPartyPage());
