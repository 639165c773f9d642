import type { Status } from "@/lib/contract";

/** Plain views of others that a repair could drop and make again, once the operator agrees. Pure. */
export function viewsInTheWay({ findings }: Pick<Status, "findings">): string[] {
  return findings
    .filter(
      ({ kind, severity, live }) => kind === "dependent-object" && severity === "error" && live?.startsWith("view "),
    )
    .map(({ object }) => object);
}
