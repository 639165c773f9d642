CREATE SCHEMA "tidemark";
--> statement-breakpoint
CREATE TABLE "tidemark"."ledger_samples" (
	"run_id" bigint NOT NULL,
	"session_id" text NOT NULL,
	"updated_at" timestamp with time zone,
	"digest" text NOT NULL,
	CONSTRAINT "ledger_samples_pkey" PRIMARY KEY("run_id","session_id")
);
--> statement-breakpoint
CREATE TABLE "tidemark"."ledgers" (
	"run_id" bigint PRIMARY KEY NOT NULL,
	"before" jsonb NOT NULL,
	"after" jsonb,
	"changed" bigint,
	"deleted" bigint
);
--> statement-breakpoint
CREATE TABLE "tidemark"."log_lines" (
	"run_id" bigint NOT NULL,
	"seq" bigint NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"level" text NOT NULL,
	"phase" text,
	"message" text NOT NULL,
	CONSTRAINT "log_lines_pkey" PRIMARY KEY("run_id","seq")
);
--> statement-breakpoint
CREATE TABLE "tidemark"."measures" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"is_exact" boolean NOT NULL,
	"measured_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tidemark"."reset_tokens" (
	"digest" text PRIMARY KEY NOT NULL,
	"preview_hash" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "tidemark"."run_phases" (
	"run_id" bigint NOT NULL,
	"phase" text NOT NULL,
	"state" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"duration_ms" bigint,
	"rows" bigint,
	"done" bigint,
	"total" bigint,
	"rows_per_second" double precision,
	"eta_seconds" double precision,
	CONSTRAINT "run_phases_pkey" PRIMARY KEY("run_id","phase")
);
--> statement-breakpoint
CREATE TABLE "tidemark"."runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tidemark"."runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"cause" text,
	"started_by" text NOT NULL,
	"options" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"epoch" integer DEFAULT 0 NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"phase" text,
	"started_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"claimed_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"error" jsonb
);
--> statement-breakpoint
CREATE TABLE "tidemark"."set_aside" (
	"run_id" bigint NOT NULL,
	"table_name" text NOT NULL,
	"key" text NOT NULL,
	"field" text NOT NULL,
	"reason" text NOT NULL,
	"value" text,
	CONSTRAINT "set_aside_pkey" PRIMARY KEY("run_id","table_name","key","field")
);
--> statement-breakpoint
CREATE TABLE "tidemark"."touched_keys" (
	"inventory" text NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "touched_keys_pkey" PRIMARY KEY("inventory","key")
);
--> statement-breakpoint
ALTER TABLE "tidemark"."ledger_samples" ADD CONSTRAINT "ledger_samples_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "tidemark"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tidemark"."ledgers" ADD CONSTRAINT "ledgers_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "tidemark"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tidemark"."log_lines" ADD CONSTRAINT "log_lines_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "tidemark"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tidemark"."run_phases" ADD CONSTRAINT "run_phases_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "tidemark"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tidemark"."set_aside" ADD CONSTRAINT "set_aside_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "tidemark"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "runs_active_key" ON "tidemark"."runs" USING btree ((true)) WHERE kind <> 'verify' and status in ('queued', 'running', 'pausing', 'paused', 'cancelling');--> statement-breakpoint
CREATE INDEX "set_aside_reason_idx" ON "tidemark"."set_aside" USING btree ("reason");