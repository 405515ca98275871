-- The former version of the desk cannot route alerts beside this: it reads slack_routes.broken_reason. Its alerts wait in their rows.
CREATE TABLE "slack_channels" (
	"id" uuid PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"name" text,
	"timezone" text,
	"quiet_from" text,
	"quiet_to" text,
	"digest_at" text,
	"digest_since" timestamp with time zone,
	"unknown_may_look" boolean DEFAULT false NOT NULL,
	"broken_reason" text,
	"broken_since" timestamp with time zone,
	"notice_id" uuid,
	"notice_to" text,
	"notice_posting_since" timestamp with time zone,
	"notice_ts" text,
	"notice_done_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "slack_channels_channel_id_unique" UNIQUE("channel_id"),
	CONSTRAINT "slack_channels_quiet" CHECK (("slack_channels"."quiet_from" is null) = ("slack_channels"."quiet_to" is null)),
	CONSTRAINT "slack_channels_broken" CHECK (("slack_channels"."broken_reason" is null) = ("slack_channels"."broken_since" is null))
);
--> statement-breakpoint
CREATE TABLE "slack_digests" (
	"channel_id" text NOT NULL,
	"day" date NOT NULL,
	"message_id" uuid NOT NULL,
	"figures" jsonb,
	"posting_since" timestamp with time zone,
	"message_ts" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "slack_digests_channel_id_day_pk" PRIMARY KEY("channel_id","day")
);
--> statement-breakpoint
ALTER TABLE "slack_routes" ADD CONSTRAINT "slack_routes_store_fk" FOREIGN KEY ("merchant_id","store_id") REFERENCES "public"."stores"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slack_installation" DROP COLUMN "unknown_people_may_look";--> statement-breakpoint
ALTER TABLE "slack_routes" DROP COLUMN "channel_name";--> statement-breakpoint
ALTER TABLE "slack_routes" DROP COLUMN "broken_reason";--> statement-breakpoint
ALTER TABLE "slack_routes" ADD CONSTRAINT "slack_routes_target" UNIQUE NULLS NOT DISTINCT("merchant_id","store_id","kind");--> statement-breakpoint
ALTER TABLE "slack_routes" ADD CONSTRAINT "slack_routes_store" CHECK ("slack_routes"."store_id" is null or "slack_routes"."merchant_id" is not null);