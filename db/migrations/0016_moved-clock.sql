ALTER TABLE "slack_pacing" ADD COLUMN "taken_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "slack_pacing" ADD COLUMN "blocked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "pacing" ADD COLUMN "blocked_at" timestamp with time zone;