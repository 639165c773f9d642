ALTER TABLE "tidemark"."runs" ADD COLUMN "wish" text DEFAULT 'go' NOT NULL;--> statement-breakpoint
ALTER TABLE "tidemark"."runs" ADD COLUMN "speed" text DEFAULT 'normal' NOT NULL;--> statement-breakpoint
ALTER TABLE "tidemark"."runs" ADD COLUMN "until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tidemark"."runs" ADD COLUMN "waiting" jsonb;--> statement-breakpoint
ALTER TABLE "tidemark"."runs" ADD COLUMN "heartbeat_at" timestamp (3) with time zone;