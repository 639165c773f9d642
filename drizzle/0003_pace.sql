ALTER TABLE "tidemark"."runs" ADD COLUMN "workers" integer;--> statement-breakpoint
ALTER TABLE "tidemark"."runs" ADD COLUMN "slow_because" text;