import { CopyButton } from "@/components/ui/copy-button";

/** One statement to be run by hand, to copy. */
export function Statement({ sql }: { sql: string }) {
  return (
    <div className="statement">
      <code>{sql}</code>
      <CopyButton label="Copy what to run" read={() => sql} />
    </div>
  );
}
