import { Ago } from "@/components/ui/ago";
import { RuledBar } from "@/components/ui/ruled-bar";
import { toBuildText } from "@/lib/client/schema-summary";
import type { IndexBuild } from "@/lib/contract";

/** How far the build of an index is, in the stage it is at. */
export function IndexBuildView({ name, build }: { name: string; build: IndexBuild }) {
  const { note, share } = toBuildText(build);
  return (
    <div className="build">
      {share === null ? null : <RuledBar share={share} label={`Build of ${name}, ${note}`} />}
      <span>
        {note}. By pid {build.pid}, begun <Ago at={build.since} />. Concurrently: nobody waits for it.
      </span>
    </div>
  );
}
