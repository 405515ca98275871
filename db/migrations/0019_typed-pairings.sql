ALTER TABLE "carrier_pairings" ALTER COLUMN "carrier_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "carrier_pairings" ADD COLUMN "carrier_name" text;--> statement-breakpoint
CREATE UNIQUE INDEX "carrier_pairings_typed" ON "carrier_pairings" USING btree ("store_id",lower("carrier_name")) WHERE "carrier_pairings"."carrier_id" is null;--> statement-breakpoint
ALTER TABLE "carrier_pairings" ADD CONSTRAINT "carrier_pairings_one" CHECK (num_nonnulls("carrier_pairings"."carrier_id", "carrier_pairings"."carrier_name") = 1);--> statement-breakpoint
UPDATE "order_exceptions" SET "platform_message" = NULL WHERE "code" = 'carrier_unpaired' AND "closed_at" IS NULL AND "platform_message" = "subject";
