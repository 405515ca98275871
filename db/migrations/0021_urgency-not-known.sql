ALTER TABLE "alerts" ALTER COLUMN "urgency" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "alerts" ALTER COLUMN "urgency" DROP NOT NULL;--> statement-breakpoint
-- What their messages were posted for is not known: nothing is told anew because of the change.
UPDATE "alerts" SET "urgency" = NULL;
