CREATE TABLE "slack_follows" (
	"id" uuid PRIMARY KEY NOT NULL,
	"team_id" text NOT NULL,
	"slack_user_id" text NOT NULL,
	"channel_id" text,
	"response_url" text,
	"uses" integer NOT NULL,
	"runs" jsonb NOT NULL,
	"refused" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "slack_homes" (
	"team_id" text NOT NULL,
	"slack_user_id" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"looked_at" timestamp with time zone DEFAULT 'epoch'::timestamptz NOT NULL,
	"content_hash" text,
	"view_hash" text,
	CONSTRAINT "slack_homes_team_id_slack_user_id_pk" PRIMARY KEY("team_id","slack_user_id")
);
--> statement-breakpoint
CREATE INDEX "slack_homes_opened" ON "slack_homes" USING btree ("opened_at");