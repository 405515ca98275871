CREATE TABLE "slack_pacing" (
	"bucket" text PRIMARY KEY NOT NULL,
	"free_at" timestamp with time zone NOT NULL,
	"blocked_until" timestamp with time zone
);
--> statement-breakpoint
DROP INDEX "alerts_due";--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "shown_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "deliver_after" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "storm" jsonb;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "folded_into" uuid;--> statement-breakpoint
CREATE INDEX "alerts_folded" ON "alerts" USING btree ("merchant_id","folded_into") WHERE "alerts"."folded_into" is not null;--> statement-breakpoint
CREATE INDEX "alerts_storms" ON "alerts" USING btree ("merchant_id") WHERE "alerts"."storm" is not null and "alerts"."state" = 'open';--> statement-breakpoint
CREATE INDEX "alerts_due" ON "alerts" USING btree ("merchant_id") WHERE "alerts"."delivered_version" < "alerts"."version" and "alerts"."folded_into" is null;