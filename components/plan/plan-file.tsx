"use client";

import { Download } from "lucide-react";
import { CopyButton } from "@/components/ui/copy-button";
import { toPlanSql } from "@/lib/client/plan-text";
import type { PlannedStep, Status } from "@/lib/contract";

/** The whole plan for psql: to the clipboard or as a file. What is on screen, not what it would be by now. */
export function PlanFile(props: { steps: PlannedStep[]; database: Status["database"]; readAt: string }) {
  const { steps, database, readAt } = props;
  if (steps.length === 0) return null;
  const read = () => toPlanSql(steps, database, readAt);

  function download() {
    const url = URL.createObjectURL(new Blob([read()], { type: "application/sql;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `${database.name}-plan.sql`;
    link.click();
    URL.revokeObjectURL(url);
  }

  return (
    <>
      <CopyButton className="btn" label="Copy the whole plan" read={read}>
        Copy all
      </CopyButton>
      <button type="button" className="btn" onClick={download}>
        <Download className="i i-s" aria-hidden="true" /> Download .sql
      </button>
    </>
  );
}
