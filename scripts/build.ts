/**
 * `npm run build`: the production build in `.next/`, and what is shipped of it in `dist/`. Does nothing where both are
 * there, made of the present sources.
 */
import { ensureBuild } from "@/scripts/production-build";

process.exitCode = ensureBuild() ? 0 : 1;
