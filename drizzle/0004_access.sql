CREATE TABLE "tidemark"."operators" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"is_email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"role" text NOT NULL,
	"is_two_factor_enabled" boolean DEFAULT false NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tidemark"."sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"operator_id" text NOT NULL,
	"token_digest" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"address" text,
	"user_agent" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"confirmed_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tidemark"."sign_in_links" (
	"digest" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"operator_id" text,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "tidemark"."sign_in_methods" (
	"id" text PRIMARY KEY NOT NULL,
	"operator_id" text NOT NULL,
	"provider" text NOT NULL,
	"subject" text NOT NULL,
	"password_hash" text,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp (3) with time zone,
	"refresh_token_expires_at" timestamp (3) with time zone,
	"scope" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tidemark"."two_factors" (
	"id" text PRIMARY KEY NOT NULL,
	"operator_id" text NOT NULL,
	"secret" text NOT NULL,
	"backup_codes" text NOT NULL,
	"is_verified" boolean DEFAULT true NOT NULL,
	"failed_verification_count" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "tidemark"."verifications" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tidemark"."action_rates" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "tidemark"."audit_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tidemark"."audit_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"actor" text NOT NULL,
	"role" text,
	"address" text,
	"action" text NOT NULL,
	"run_id" bigint,
	"outcome" text NOT NULL,
	"detail" text,
	"confirmation" text
);
--> statement-breakpoint
ALTER TABLE "tidemark"."sessions" ADD CONSTRAINT "sessions_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "tidemark"."operators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tidemark"."sign_in_links" ADD CONSTRAINT "sign_in_links_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "tidemark"."operators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tidemark"."sign_in_methods" ADD CONSTRAINT "sign_in_methods_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "tidemark"."operators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tidemark"."two_factors" ADD CONSTRAINT "two_factors_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "tidemark"."operators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "operators_email_key" ON "tidemark"."operators" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_token_digest_key" ON "tidemark"."sessions" USING btree ("token_digest");--> statement-breakpoint
CREATE INDEX "sessions_operator_id_idx" ON "tidemark"."sessions" USING btree ("operator_id");--> statement-breakpoint
CREATE UNIQUE INDEX "sign_in_methods_provider_subject_key" ON "tidemark"."sign_in_methods" USING btree ("provider","subject");--> statement-breakpoint
CREATE INDEX "sign_in_methods_operator_id_idx" ON "tidemark"."sign_in_methods" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "two_factors_operator_id_idx" ON "tidemark"."two_factors" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "verifications_identifier_idx" ON "tidemark"."verifications" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "audit_events_at_idx" ON "tidemark"."audit_events" USING btree ("at");--> statement-breakpoint
REVOKE UPDATE, DELETE, TRUNCATE ON "tidemark"."audit_events" FROM CURRENT_USER;
