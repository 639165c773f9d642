/**
 * Wire shapes shared by server, browser and CLI, under the one address that everything imports. Other programs parse them: a
 * field is never renamed or dropped. Times are ISO 8601 UTC with milliseconds and `Z`; durations are milliseconds unless the
 * name says seconds.
 */
export * from "@/lib/contract/access";
export * from "@/lib/contract/command-line";
export * from "@/lib/contract/coverage";
export * from "@/lib/contract/coverage-detail";
export * from "@/lib/contract/plan";
export * from "@/lib/contract/refusal";
export * from "@/lib/contract/run";
export * from "@/lib/contract/run-events";
export * from "@/lib/contract/schema-report";
export * from "@/lib/contract/status";
export * from "@/lib/contract/webhook";
export * from "@/lib/contract/words";
