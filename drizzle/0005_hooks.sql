CREATE TABLE "tidemark"."hook_deliveries" (
	"key" text PRIMARY KEY NOT NULL,
	"event" text NOT NULL,
	"run_id" bigint,
	"body" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"delivered_at" timestamp (3) with time zone,
	"given_up_at" timestamp (3) with time zone,
	"last_error" text
);
--> statement-breakpoint
CREATE INDEX "hook_deliveries_next_attempt_at_idx" ON "tidemark"."hook_deliveries" USING btree ("next_attempt_at") WHERE delivered_at is null and given_up_at is null;