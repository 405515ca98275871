CREATE TABLE "alerts" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"title" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"order_count" integer DEFAULT 0 NOT NULL,
	"amounts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"sample" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"oldest_at" timestamp with time zone,
	"nearest_ship_by" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"delivered_version" integer DEFAULT 0 NOT NULL,
	"channel_id" text,
	"message_ts" text,
	"posting_since" timestamp with time zone,
	"assigned_to" uuid,
	"snoozed_until" timestamp with time zone,
	"opened_at" timestamp with time zone NOT NULL,
	"resolved_at" timestamp with time zone,
	"resolved_by" text,
	"resolved_via" text,
	"resolution" text,
	"delivery_error" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alerts_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "alerts_state" CHECK ("alerts"."state" in ('open', 'resolved'))
);
--> statement-breakpoint
CREATE TABLE "interactions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"dedupe_key" text NOT NULL,
	"kind" text NOT NULL,
	"payload" text,
	"slack_user_id" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone,
	"outcome" text,
	CONSTRAINT "interactions_dedupe_key_unique" UNIQUE("dedupe_key")
);
--> statement-breakpoint
CREATE TABLE "slack_installation" (
	"team_id" text PRIMARY KEY NOT NULL,
	"app_id" text,
	"bot_user_id" text,
	"bot_id" text,
	"sealed_bot_token" text,
	"unknown_people_may_look" boolean DEFAULT false NOT NULL,
	"checked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "slack_routes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"merchant_id" uuid,
	"store_id" uuid,
	"kind" text,
	"channel_id" text NOT NULL,
	"channel_name" text,
	"broken_reason" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "schedule_ticks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"scope" text DEFAULT '' NOT NULL,
	"slot" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"person_id" uuid,
	"actor_name" text NOT NULL,
	"via" text NOT NULL,
	"event" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"order_id" uuid,
	"before" jsonb,
	"after" jsonb,
	"note" text,
	CONSTRAINT "audit_events_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "audit_events_via" CHECK ("audit_events"."via" in ('slack', 'web', 'api', 'system'))
);
--> statement-breakpoint
CREATE TABLE "hold_releases" (
	"merchant_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"code" text NOT NULL,
	"subject" text NOT NULL,
	"released_by" text NOT NULL,
	"note" text NOT NULL,
	"released_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "hold_releases_merchant_id_order_id_code_subject_pk" PRIMARY KEY("merchant_id","order_id","code","subject")
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"code" text NOT NULL,
	"origin" text NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"opened_by" text NOT NULL,
	"release_at" timestamp with time zone,
	"note" text,
	"closed_at" timestamp with time zone,
	"closed_by" text,
	"closed_via" text,
	"resolution" text,
	"resolution_note" text,
	CONSTRAINT "holds_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "holds_origin" CHECK ("holds"."origin" in ('derived', 'platform', 'person', 'dispatch')),
	CONSTRAINT "holds_code" CHECK ("holds"."code" in ('sku_missing', 'sku_unmapped', 'payment_unknown', 'payment_blocked', 'shipping_method_missing', 'shipping_method_unmapped', 'address_incomplete', 'no_shippable_items', 'cancellation_requested', 'stock_short', 'platform_hold', 'scheduled', 'operator_hold'))
);
--> statement-breakpoint
CREATE TABLE "malformed_orders" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"identity" text NOT NULL,
	"platform_order_id" text,
	"platform_order_number" text,
	"reason" text NOT NULL,
	"body" text NOT NULL,
	"run_id" uuid,
	"seen_count" integer DEFAULT 1 NOT NULL,
	"first_seen_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "malformed_orders_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "malformed_orders_identity" UNIQUE("store_id","identity")
);
--> statement-breakpoint
CREATE TABLE "order_count_deltas" (
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"held" boolean NOT NULL,
	"excepted" boolean NOT NULL,
	"delta" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_counts" (
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"held" boolean NOT NULL,
	"excepted" boolean NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "order_counts_merchant_id_store_id_kind_status_held_excepted_pk" PRIMARY KEY("merchant_id","store_id","kind","status","held","excepted")
);
--> statement-breakpoint
CREATE TABLE "order_exceptions" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"code" text NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"message" text NOT NULL,
	"platform_code" text,
	"platform_message" text,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_by" text,
	"closed_via" text,
	"resolution" text,
	CONSTRAINT "order_exceptions_merchant_id_id_pk" PRIMARY KEY("merchant_id","id")
);
--> statement-breakpoint
CREATE TABLE "order_lines" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"platform_line_id" text NOT NULL,
	"sku" text,
	"platform_product_id" text,
	"name" text NOT NULL,
	"barcode" text,
	"picture_url" text,
	"quantity" integer NOT NULL,
	"quantity_cancelled" integer DEFAULT 0 NOT NULL,
	"platform_quantity_shipped" integer DEFAULT 0 NOT NULL,
	"quantity_shipped" integer DEFAULT 0 NOT NULL,
	"quantity_accepted" integer,
	"unit_price" numeric(18, 4),
	"discounted_unit_price" numeric(18, 4),
	"requires_shipping" boolean DEFAULT true NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "order_lines_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "order_lines_platform_id" UNIQUE("order_id","platform_line_id"),
	CONSTRAINT "order_lines_quantity" CHECK ("order_lines"."quantity" >= 0 and "order_lines"."quantity_cancelled" >= 0 and "order_lines"."quantity_shipped" >= 0)
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"platform_order_id" text NOT NULL,
	"platform_order_number" text NOT NULL,
	"source_channel" text,
	"platform_status" text NOT NULL,
	"platform_state" text NOT NULL,
	"platform_updated_at" timestamp with time zone NOT NULL,
	"content_hash" text NOT NULL,
	"ordered_at" timestamp with time zone NOT NULL,
	"paid_at" timestamp with time zone,
	"ship_by" timestamp with time zone,
	"currency" text NOT NULL,
	"items_amount" numeric(18, 4),
	"shipping_amount" numeric(18, 4),
	"tax_amount" numeric(18, 4),
	"discount_amount" numeric(18, 4),
	"total_amount" numeric(18, 4),
	"payment_method" text,
	"payment_record" text NOT NULL,
	"cod_amount" numeric(18, 4),
	"shipping_method" text,
	"shipping_provider" text,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"recipient_id" uuid,
	"corrected_recipient_id" uuid,
	"status" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"open_hold_count" integer DEFAULT 0 NOT NULL,
	"open_exception_count" integer DEFAULT 0 NOT NULL,
	"line_count" integer NOT NULL,
	"warehouse_id" uuid,
	"shipping_channel_id" uuid,
	"wms_shipping_cost" numeric(18, 4),
	"touched_at" timestamp with time zone,
	"assigned_to" uuid,
	"acknowledged_at" timestamp with time zone,
	"dispatched_at" timestamp with time zone,
	"shipped_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "orders_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "orders_platform_id" UNIQUE("store_id","platform_order_id"),
	CONSTRAINT "orders_kind" CHECK ("orders"."kind" in ('b2c', 'b2b')),
	CONSTRAINT "orders_status" CHECK ("orders"."status" in ('pending', 'acknowledged', 'processing', 'partially_shipped', 'shipped', 'completed', 'manual_completed', 'cancelled')),
	CONSTRAINT "orders_platform_state" CHECK ("orders"."platform_state" in ('unpaid', 'open', 'partially_shipped', 'shipped', 'cancelled', 'unknown')),
	CONSTRAINT "orders_open_holds" CHECK ("orders"."open_hold_count" >= 0 and "orders"."open_exception_count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "platform_packages" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"platform_package_id" text NOT NULL,
	"location" text,
	"state" text,
	"shippable" boolean NOT NULL,
	"lines" jsonb NOT NULL,
	CONSTRAINT "platform_packages_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "platform_packages_id" UNIQUE("order_id","platform_package_id")
);
--> statement-breakpoint
CREATE TABLE "raw_payloads" (
	"merchant_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"body" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	CONSTRAINT "raw_payloads_merchant_id_order_id_pk" PRIMARY KEY("merchant_id","order_id")
);
--> statement-breakpoint
CREATE TABLE "recipients" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"name" text,
	"phone" text,
	"email" text,
	"country" text,
	"state" text,
	"city" text,
	"district" text,
	"address1" text,
	"address2" text,
	"zip" text,
	"pickup_point_code" text,
	"buyer_note" text,
	"purged_at" timestamp with time zone,
	CONSTRAINT "recipients_merchant_id_id_pk" PRIMARY KEY("merchant_id","id")
);
--> statement-breakpoint
CREATE TABLE "files" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"content_type" text NOT NULL,
	"size" integer NOT NULL,
	"sha256" text NOT NULL,
	"body" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"purge_at" timestamp with time zone NOT NULL,
	CONSTRAINT "files_merchant_id_id_pk" PRIMARY KEY("merchant_id","id")
);
--> statement-breakpoint
CREATE TABLE "outbound_components" (
	"merchant_id" uuid NOT NULL,
	"outbound_line_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"per_unit" integer NOT NULL,
	CONSTRAINT "outbound_components_merchant_id_outbound_line_id_product_id_pk" PRIMARY KEY("merchant_id","outbound_line_id","product_id")
);
--> statement-breakpoint
CREATE TABLE "outbound_lines" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"outbound_order_id" uuid NOT NULL,
	"order_line_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"quantity_shipped" integer DEFAULT 0 NOT NULL,
	"mapping_id" uuid NOT NULL,
	CONSTRAINT "outbound_lines_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "outbound_lines_line" UNIQUE("outbound_order_id","order_line_id"),
	CONSTRAINT "outbound_lines_quantity" CHECK ("outbound_lines"."quantity" > 0 and "outbound_lines"."quantity_shipped" between 0 and "outbound_lines"."quantity")
);
--> statement-breakpoint
CREATE TABLE "outbound_orders" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"warehouse_id" uuid NOT NULL,
	"shipping_channel_id" uuid NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "outbound_orders_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 20001 CACHE 1),
	"status" text DEFAULT 'created' NOT NULL,
	"recall" text DEFAULT 'none' NOT NULL,
	"cod_amount" numeric(18, 4),
	"currency" text NOT NULL,
	"tracking_number" text,
	"label_file_id" uuid,
	"exception_reason" text,
	"exception_at" timestamp with time zone,
	"exception_by" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_by" text NOT NULL,
	"created_by_person_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"picked_at" timestamp with time zone,
	"packed_at" timestamp with time zone,
	"shipped_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "outbound_orders_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "outbound_orders_number" UNIQUE("number"),
	CONSTRAINT "outbound_orders_status" CHECK ("outbound_orders"."status" in ('created', 'picking', 'packed', 'partially_shipped', 'shipped', 'cancelled')),
	CONSTRAINT "outbound_orders_recall" CHECK ("outbound_orders"."recall" in ('none', 'requested', 'recalled', 'refused'))
);
--> statement-breakpoint
CREATE TABLE "shipment_lines" (
	"merchant_id" uuid NOT NULL,
	"shipment_id" uuid NOT NULL,
	"order_line_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "shipment_lines_merchant_id_shipment_id_order_line_id_pk" PRIMARY KEY("merchant_id","shipment_id","order_line_id"),
	CONSTRAINT "shipment_lines_quantity" CHECK ("shipment_lines"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "shipments" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"outbound_order_id" uuid,
	"carrier_id" uuid,
	"carrier_name" text NOT NULL,
	"service" text,
	"tracking_number" text NOT NULL,
	"shipped_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "shipments_merchant_id_id_pk" PRIMARY KEY("merchant_id","id")
);
--> statement-breakpoint
CREATE TABLE "writebacks" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"authorization_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"shipment_id" uuid,
	"kind" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"reason" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"sending_since" timestamp with time zone,
	"may_have_arrived" boolean DEFAULT false NOT NULL,
	"error_kind" text,
	"error_code" text,
	"error_message" text,
	"platform_shipment_id" text,
	"accepted_at" timestamp with time zone,
	"confirmed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "writebacks_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "writebacks_kind" CHECK ("writebacks"."kind" in ('acceptance', 'shipment', 'cancellation')),
	CONSTRAINT "writebacks_state" CHECK ("writebacks"."state" in ('pending', 'sending', 'accepted', 'confirmed', 'retry', 'failed', 'parked', 'closed'))
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"token_hash" text NOT NULL,
	"role" text NOT NULL,
	"merchant_ids" uuid[],
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_tokens_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "grants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"merchant_ids" uuid[],
	"warehouse_ids" uuid[],
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "grants_role" CHECK ("grants"."role" in ('viewer', 'operator', 'warehouse', 'admin', 'owner'))
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "login_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "merchants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"code" text NOT NULL,
	"timezone" text DEFAULT 'UTC' NOT NULL,
	"archived_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "merchants_code_unique" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"status" text DEFAULT 'active' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "people_status" CHECK ("people"."status" in ('active', 'disabled'))
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"merchant_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "slack_people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"team_id" text NOT NULL,
	"slack_user_id" text NOT NULL,
	"person_id" uuid,
	"display_name" text NOT NULL,
	"confirmed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "slack_people_user" UNIQUE("team_id","slack_user_id")
);
--> statement-breakpoint
CREATE TABLE "run_items" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"page" integer NOT NULL,
	"result" text NOT NULL,
	"reason_code" text,
	"reason" text,
	"numbers" text[] NOT NULL,
	"order_ids" uuid[] DEFAULT '{}' NOT NULL,
	CONSTRAINT "run_items_merchant_id_id_pk" PRIMARY KEY("merchant_id","id")
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid,
	"authorization_id" uuid,
	"kind" text NOT NULL,
	"mode" text NOT NULL,
	"order_kind" text DEFAULT 'b2c' NOT NULL,
	"since" timestamp with time zone,
	"until" timestamp with time zone,
	"numbers" text[] DEFAULT '{}' NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"outcome" text,
	"pages" integer DEFAULT 0 NOT NULL,
	"fetched" integer DEFAULT 0 NOT NULL,
	"created" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"held" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"recovered" integer DEFAULT 0 NOT NULL,
	"total" integer,
	"error" text,
	"person_id" uuid,
	"actor_name" text NOT NULL,
	"via" text NOT NULL,
	"parameters" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"pulse_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "runs_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "runs_kind" CHECK ("runs"."kind" in ('sync', 'reconciliation', 'batch_dispatch', 'bulk_retry', 'stock_push')),
	CONSTRAINT "runs_status" CHECK ("runs"."status" in ('queued', 'running', 'done', 'failed', 'cancelled'))
);
--> statement-breakpoint
CREATE TABLE "authorizations" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"platform" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"reason" text,
	"account_id" text,
	"account_name" text,
	"fields" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"scopes" text[] DEFAULT '{}' NOT NULL,
	"missing_scopes" text[] DEFAULT '{}' NOT NULL,
	"expires_at" timestamp with time zone,
	"refresh_expires_at" timestamp with time zone,
	"authorized_at" timestamp with time zone,
	"checked_at" timestamp with time zone,
	"refreshed_at" timestamp with time zone,
	"refresh_not_before" timestamp with time zone,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "authorizations_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "authorizations_id" UNIQUE("id"),
	CONSTRAINT "authorizations_status" CHECK ("authorizations"."status" in ('pending', 'unverified', 'authorized', 'expiring', 'expired', 'abnormal', 'revoked'))
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"authorization_id" uuid NOT NULL,
	"sealed" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "credentials_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "credentials_authorization" UNIQUE("merchant_id","authorization_id")
);
--> statement-breakpoint
CREATE TABLE "oauth_states" (
	"state_hash" text PRIMARY KEY NOT NULL,
	"merchant_id" uuid NOT NULL,
	"authorization_id" uuid NOT NULL,
	"store_id" uuid,
	"session_hash" text NOT NULL,
	"person_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pacing" (
	"authorization_id" uuid NOT NULL,
	"operation" text NOT NULL,
	"tokens" double precision NOT NULL,
	"refilled_at" timestamp with time zone DEFAULT now() NOT NULL,
	"blocked_until" timestamp with time zone,
	CONSTRAINT "pacing_authorization_id_operation_pk" PRIMARY KEY("authorization_id","operation")
);
--> statement-breakpoint
CREATE TABLE "platform_calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"merchant_id" uuid,
	"authorization_id" uuid,
	"store_id" uuid,
	"direction" text NOT NULL,
	"operation" text NOT NULL,
	"method" text NOT NULL,
	"target" text NOT NULL,
	"status" integer,
	"duration_ms" integer NOT NULL,
	"request_bytes" integer NOT NULL,
	"response_bytes" integer NOT NULL,
	"attempt" integer NOT NULL,
	"error" text,
	"request_excerpt" text,
	"response_excerpt" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sales_channels" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"match_by" text DEFAULT 'sku' NOT NULL,
	"default_warehouse_id" uuid,
	"default_shipping_type_id" uuid,
	"shares_stock" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sales_channels_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "sales_channels_match_by" CHECK ("sales_channels"."match_by" in ('sku', 'barcode'))
);
--> statement-breakpoint
CREATE TABLE "stores" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"authorization_id" uuid NOT NULL,
	"sales_channel_id" uuid NOT NULL,
	"platform" text NOT NULL,
	"name" text NOT NULL,
	"code" text,
	"country" text,
	"currency" text,
	"platform_shop_id" text,
	"shop_name" text,
	"status" text DEFAULT 'enabled' NOT NULL,
	"order_scope" text DEFAULT 'all' NOT NULL,
	"sync_every_minutes" integer NOT NULL,
	"look_back_hours" integer NOT NULL,
	"first_look_back_hours" integer NOT NULL,
	"requires_method_mapping" boolean DEFAULT false NOT NULL,
	"freshness_seconds" integer DEFAULT 900 NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"synced_until" timestamp with time zone,
	"last_sync_at" timestamp with time zone,
	"last_sync_outcome" text,
	"failing_runs" integer DEFAULT 0 NOT NULL,
	"reconciled_at" timestamp with time zone,
	"replaced_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "stores_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "stores_status" CHECK ("stores"."status" in ('enabled', 'disabled'))
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"authorization_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"event_id" text NOT NULL,
	"topic" text NOT NULL,
	"effect" text NOT NULL,
	"platform_order_id" text,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"processed_at" timestamp with time zone,
	"error" text,
	CONSTRAINT "webhook_deliveries_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "webhook_deliveries_event" UNIQUE("store_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "carrier_pairings" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"carrier_id" uuid NOT NULL,
	"platform_code" text NOT NULL,
	"platform_name" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "carrier_pairings_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "carrier_pairings_carrier" UNIQUE("store_id","carrier_id")
);
--> statement-breakpoint
CREATE TABLE "carriers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"tracking_url" text,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "carriers_code_unique" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "inventory" (
	"merchant_id" uuid NOT NULL,
	"warehouse_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"on_hand" integer DEFAULT 0 NOT NULL,
	"allocated" integer DEFAULT 0 NOT NULL,
	"change_counter" bigint DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inventory_merchant_id_warehouse_id_product_id_pk" PRIMARY KEY("merchant_id","warehouse_id","product_id"),
	CONSTRAINT "inventory_allocated" CHECK ("inventory"."allocated" >= 0)
);
--> statement-breakpoint
CREATE TABLE "inventory_ledger" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"warehouse_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"on_hand_delta" integer NOT NULL,
	"allocated_delta" integer NOT NULL,
	"outbound_order_id" uuid,
	"actor_name" text NOT NULL,
	"via" text NOT NULL,
	"note" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inventory_ledger_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "inventory_ledger_kind" CHECK ("inventory_ledger"."kind" in ('receive', 'adjust', 'allocate', 'release', 'ship'))
);
--> statement-breakpoint
CREATE TABLE "listings" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"platform_product_id" text NOT NULL,
	"sku" text,
	"barcode" text,
	"name" text NOT NULL,
	"picture_url" text,
	"push_mode" text DEFAULT 'off' NOT NULL,
	"pushed_quantity" integer,
	"pushed_counter" bigint,
	"pushed_at" timestamp with time zone,
	"push_error" text,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "listings_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "listings_product" UNIQUE("store_id","platform_product_id"),
	CONSTRAINT "listings_push_mode" CHECK ("listings"."push_mode" in ('off', 'absolute', 'increase'))
);
--> statement-breakpoint
CREATE TABLE "mapping_components" (
	"merchant_id" uuid NOT NULL,
	"mapping_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "mapping_components_merchant_id_mapping_id_product_id_pk" PRIMARY KEY("merchant_id","mapping_id","product_id"),
	CONSTRAINT "mapping_components_quantity" CHECK ("mapping_components"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "method_mappings" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"method" text NOT NULL,
	"shipping_type_id" uuid NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "method_mappings_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "method_mappings_method" UNIQUE("store_id","method")
);
--> statement-breakpoint
CREATE TABLE "payment_classifications" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"payment_method" text NOT NULL,
	"class" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payment_classifications_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "payment_classifications_method" UNIQUE("store_id","payment_method"),
	CONSTRAINT "payment_classifications_class" CHECK ("payment_classifications"."class" in ('prepaid', 'cash_on_delivery', 'blocked'))
);
--> statement-breakpoint
CREATE TABLE "product_barcodes" (
	"merchant_id" uuid NOT NULL,
	"barcode" text NOT NULL,
	"product_id" uuid NOT NULL,
	"is_main" boolean DEFAULT false NOT NULL,
	CONSTRAINT "product_barcodes_merchant_id_barcode_pk" PRIMARY KEY("merchant_id","barcode")
);
--> statement-breakpoint
CREATE TABLE "products" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"sku" text NOT NULL,
	"name" text NOT NULL,
	"picture_url" text,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "products_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "products_sku" UNIQUE("merchant_id","sku")
);
--> statement-breakpoint
CREATE TABLE "services" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"warehouse_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "services_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "services_use" UNIQUE("merchant_id","warehouse_id","kind"),
	CONSTRAINT "services_kind" CHECK ("services"."kind" in ('dropship', 'b2b'))
);
--> statement-breakpoint
CREATE TABLE "shipping_channels" (
	"id" uuid PRIMARY KEY NOT NULL,
	"warehouse_id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"carrier_id" uuid NOT NULL,
	"service_level" text NOT NULL,
	"self_pickup" boolean DEFAULT false NOT NULL,
	"cash_on_delivery" boolean DEFAULT false NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "shipping_channels_code" UNIQUE("warehouse_id","code")
);
--> statement-breakpoint
CREATE TABLE "shipping_types" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"default_channel_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "shipping_types_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "shipping_types_code" UNIQUE("merchant_id","code")
);
--> statement-breakpoint
CREATE TABLE "sku_mappings" (
	"id" uuid NOT NULL,
	"merchant_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"key_kind" text NOT NULL,
	"key" text NOT NULL,
	"version" integer NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_at" timestamp with time zone,
	CONSTRAINT "sku_mappings_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "sku_mappings_version" UNIQUE("store_id","key_kind","key","version"),
	CONSTRAINT "sku_mappings_key_kind" CHECK ("sku_mappings"."key_kind" in ('sku', 'product', 'barcode'))
);
--> statement-breakpoint
CREATE TABLE "warehouses" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"country" text,
	"timezone" text DEFAULT 'UTC' NOT NULL,
	"allows_backorder" boolean DEFAULT false NOT NULL,
	"kind" text DEFAULT 'own' NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "warehouses_code_unique" UNIQUE("code")
);
--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_store_fk" FOREIGN KEY ("merchant_id","store_id") REFERENCES "public"."stores"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slack_routes" ADD CONSTRAINT "slack_routes_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hold_releases" ADD CONSTRAINT "hold_releases_order_fk" FOREIGN KEY ("merchant_id","order_id") REFERENCES "public"."orders"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_order_fk" FOREIGN KEY ("merchant_id","order_id") REFERENCES "public"."orders"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "malformed_orders" ADD CONSTRAINT "malformed_orders_store_fk" FOREIGN KEY ("merchant_id","store_id") REFERENCES "public"."stores"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_exceptions" ADD CONSTRAINT "order_exceptions_order_fk" FOREIGN KEY ("merchant_id","order_id") REFERENCES "public"."orders"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_order_fk" FOREIGN KEY ("merchant_id","order_id") REFERENCES "public"."orders"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_warehouse_id_warehouses_id_fk" FOREIGN KEY ("warehouse_id") REFERENCES "public"."warehouses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_shipping_channel_id_shipping_channels_id_fk" FOREIGN KEY ("shipping_channel_id") REFERENCES "public"."shipping_channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_store_fk" FOREIGN KEY ("merchant_id","store_id") REFERENCES "public"."stores"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_recipient_fk" FOREIGN KEY ("merchant_id","recipient_id") REFERENCES "public"."recipients"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform_packages" ADD CONSTRAINT "platform_packages_order_fk" FOREIGN KEY ("merchant_id","order_id") REFERENCES "public"."orders"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "raw_payloads" ADD CONSTRAINT "raw_payloads_order_fk" FOREIGN KEY ("merchant_id","order_id") REFERENCES "public"."orders"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recipients" ADD CONSTRAINT "recipients_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbound_components" ADD CONSTRAINT "outbound_components_line_fk" FOREIGN KEY ("merchant_id","outbound_line_id") REFERENCES "public"."outbound_lines"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbound_components" ADD CONSTRAINT "outbound_components_product_fk" FOREIGN KEY ("merchant_id","product_id") REFERENCES "public"."products"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbound_lines" ADD CONSTRAINT "outbound_lines_outbound_fk" FOREIGN KEY ("merchant_id","outbound_order_id") REFERENCES "public"."outbound_orders"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbound_lines" ADD CONSTRAINT "outbound_lines_line_fk" FOREIGN KEY ("merchant_id","order_line_id") REFERENCES "public"."order_lines"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbound_lines" ADD CONSTRAINT "outbound_lines_mapping_fk" FOREIGN KEY ("merchant_id","mapping_id") REFERENCES "public"."sku_mappings"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbound_orders" ADD CONSTRAINT "outbound_orders_warehouse_id_warehouses_id_fk" FOREIGN KEY ("warehouse_id") REFERENCES "public"."warehouses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbound_orders" ADD CONSTRAINT "outbound_orders_shipping_channel_id_shipping_channels_id_fk" FOREIGN KEY ("shipping_channel_id") REFERENCES "public"."shipping_channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbound_orders" ADD CONSTRAINT "outbound_orders_order_fk" FOREIGN KEY ("merchant_id","order_id") REFERENCES "public"."orders"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbound_orders" ADD CONSTRAINT "outbound_orders_store_fk" FOREIGN KEY ("merchant_id","store_id") REFERENCES "public"."stores"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbound_orders" ADD CONSTRAINT "outbound_orders_label_fk" FOREIGN KEY ("merchant_id","label_file_id") REFERENCES "public"."files"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_shipment_fk" FOREIGN KEY ("merchant_id","shipment_id") REFERENCES "public"."shipments"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_line_fk" FOREIGN KEY ("merchant_id","order_line_id") REFERENCES "public"."order_lines"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_carrier_id_carriers_id_fk" FOREIGN KEY ("carrier_id") REFERENCES "public"."carriers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_order_fk" FOREIGN KEY ("merchant_id","order_id") REFERENCES "public"."orders"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_outbound_fk" FOREIGN KEY ("merchant_id","outbound_order_id") REFERENCES "public"."outbound_orders"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "writebacks" ADD CONSTRAINT "writebacks_order_fk" FOREIGN KEY ("merchant_id","order_id") REFERENCES "public"."orders"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "writebacks" ADD CONSTRAINT "writebacks_shipment_fk" FOREIGN KEY ("merchant_id","shipment_id") REFERENCES "public"."shipments"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "writebacks" ADD CONSTRAINT "writebacks_authorization_fk" FOREIGN KEY ("merchant_id","authorization_id") REFERENCES "public"."authorizations"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "login_links" ADD CONSTRAINT "login_links_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slack_people" ADD CONSTRAINT "slack_people_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_items" ADD CONSTRAINT "run_items_run_fk" FOREIGN KEY ("merchant_id","run_id") REFERENCES "public"."runs"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorizations" ADD CONSTRAINT "authorizations_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorizations" ADD CONSTRAINT "authorizations_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_authorization_fk" FOREIGN KEY ("merchant_id","authorization_id") REFERENCES "public"."authorizations"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oauth_states" ADD CONSTRAINT "oauth_states_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sales_channels" ADD CONSTRAINT "sales_channels_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stores" ADD CONSTRAINT "stores_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stores" ADD CONSTRAINT "stores_authorization_fk" FOREIGN KEY ("merchant_id","authorization_id") REFERENCES "public"."authorizations"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stores" ADD CONSTRAINT "stores_sales_channel_fk" FOREIGN KEY ("merchant_id","sales_channel_id") REFERENCES "public"."sales_channels"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_store_fk" FOREIGN KEY ("merchant_id","store_id") REFERENCES "public"."stores"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "carrier_pairings" ADD CONSTRAINT "carrier_pairings_carrier_id_carriers_id_fk" FOREIGN KEY ("carrier_id") REFERENCES "public"."carriers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "carrier_pairings" ADD CONSTRAINT "carrier_pairings_store_fk" FOREIGN KEY ("merchant_id","store_id") REFERENCES "public"."stores"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inventory" ADD CONSTRAINT "inventory_warehouse_id_warehouses_id_fk" FOREIGN KEY ("warehouse_id") REFERENCES "public"."warehouses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inventory" ADD CONSTRAINT "inventory_product_fk" FOREIGN KEY ("merchant_id","product_id") REFERENCES "public"."products"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listings" ADD CONSTRAINT "listings_store_fk" FOREIGN KEY ("merchant_id","store_id") REFERENCES "public"."stores"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mapping_components" ADD CONSTRAINT "mapping_components_mapping_fk" FOREIGN KEY ("merchant_id","mapping_id") REFERENCES "public"."sku_mappings"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mapping_components" ADD CONSTRAINT "mapping_components_product_fk" FOREIGN KEY ("merchant_id","product_id") REFERENCES "public"."products"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "method_mappings" ADD CONSTRAINT "method_mappings_store_fk" FOREIGN KEY ("merchant_id","store_id") REFERENCES "public"."stores"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "method_mappings" ADD CONSTRAINT "method_mappings_type_fk" FOREIGN KEY ("merchant_id","shipping_type_id") REFERENCES "public"."shipping_types"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_classifications" ADD CONSTRAINT "payment_classifications_store_fk" FOREIGN KEY ("merchant_id","store_id") REFERENCES "public"."stores"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_barcodes" ADD CONSTRAINT "product_barcodes_product_fk" FOREIGN KEY ("merchant_id","product_id") REFERENCES "public"."products"("merchant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_warehouse_id_warehouses_id_fk" FOREIGN KEY ("warehouse_id") REFERENCES "public"."warehouses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipping_channels" ADD CONSTRAINT "shipping_channels_warehouse_id_warehouses_id_fk" FOREIGN KEY ("warehouse_id") REFERENCES "public"."warehouses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipping_channels" ADD CONSTRAINT "shipping_channels_carrier_id_carriers_id_fk" FOREIGN KEY ("carrier_id") REFERENCES "public"."carriers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipping_types" ADD CONSTRAINT "shipping_types_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipping_types" ADD CONSTRAINT "shipping_types_default_channel_id_shipping_channels_id_fk" FOREIGN KEY ("default_channel_id") REFERENCES "public"."shipping_channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sku_mappings" ADD CONSTRAINT "sku_mappings_store_fk" FOREIGN KEY ("merchant_id","store_id") REFERENCES "public"."stores"("merchant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open" ON "alerts" USING btree ("merchant_id","kind","subject") WHERE "alerts"."state" = 'open';--> statement-breakpoint
CREATE INDEX "alerts_due" ON "alerts" USING btree ("merchant_id") WHERE "alerts"."delivered_version" < "alerts"."version";--> statement-breakpoint
CREATE INDEX "interactions_open" ON "interactions" USING btree ("received_at") WHERE "interactions"."done_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "schedule_ticks_slot" ON "schedule_ticks" USING btree ("name","scope","slot");--> statement-breakpoint
CREATE INDEX "audit_events_order" ON "audit_events" USING btree ("merchant_id","order_id","id") WHERE "audit_events"."order_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_subject" ON "audit_events" USING btree ("merchant_id","subject_type","subject_id");--> statement-breakpoint
CREATE UNIQUE INDEX "holds_open" ON "holds" USING btree ("order_id","code","subject") WHERE "holds"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "holds_open_subject" ON "holds" USING btree ("merchant_id","store_id","code","subject","order_id") WHERE "holds"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "holds_order" ON "holds" USING btree ("merchant_id","order_id");--> statement-breakpoint
CREATE INDEX "holds_release" ON "holds" USING btree ("release_at") WHERE "holds"."closed_at" is null and "holds"."release_at" is not null;--> statement-breakpoint
CREATE INDEX "malformed_orders_open" ON "malformed_orders" USING btree ("merchant_id","store_id") WHERE "malformed_orders"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "order_count_deltas_merchant" ON "order_count_deltas" USING btree ("merchant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "order_exceptions_open" ON "order_exceptions" USING btree ("order_id","code","subject") WHERE "order_exceptions"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "order_exceptions_store" ON "order_exceptions" USING btree ("merchant_id","store_id","code") WHERE "order_exceptions"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "order_exceptions_order" ON "order_exceptions" USING btree ("merchant_id","order_id");--> statement-breakpoint
CREATE INDEX "order_lines_sku" ON "order_lines" USING btree ("merchant_id","sku");--> statement-breakpoint
CREATE INDEX "orders_by_time" ON "orders" USING btree ("merchant_id","ordered_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "orders_by_status" ON "orders" USING btree ("merchant_id","status","ordered_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "orders_by_store" ON "orders" USING btree ("merchant_id","store_id","ordered_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "orders_by_ship_by" ON "orders" USING btree ("merchant_id","ship_by","id");--> statement-breakpoint
CREATE INDEX "orders_by_amount" ON "orders" USING btree ("merchant_id","total_amount","id");--> statement-breakpoint
CREATE INDEX "orders_by_number" ON "orders" USING btree ("merchant_id",lower("platform_order_number") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "orders_held" ON "orders" USING btree ("merchant_id","ordered_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "orders"."open_hold_count" > 0;--> statement-breakpoint
CREATE INDEX "orders_with_exception" ON "orders" USING btree ("merchant_id","ordered_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "orders"."open_exception_count" > 0;--> statement-breakpoint
CREATE INDEX "files_purge" ON "files" USING btree ("purge_at");--> statement-breakpoint
CREATE INDEX "outbound_lines_order_line" ON "outbound_lines" USING btree ("merchant_id","order_line_id");--> statement-breakpoint
CREATE INDEX "outbound_orders_order" ON "outbound_orders" USING btree ("merchant_id","order_id");--> statement-breakpoint
CREATE INDEX "outbound_orders_list" ON "outbound_orders" USING btree ("merchant_id","status","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "outbound_orders_warehouse" ON "outbound_orders" USING btree ("warehouse_id","status","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "shipments_order" ON "shipments" USING btree ("merchant_id","order_id");--> statement-breakpoint
CREATE INDEX "shipments_tracking" ON "shipments" USING btree ("merchant_id","tracking_number");--> statement-breakpoint
CREATE UNIQUE INDEX "writebacks_shipment" ON "writebacks" USING btree ("merchant_id","shipment_id","kind") WHERE "writebacks"."shipment_id" is not null;--> statement-breakpoint
CREATE INDEX "writebacks_order" ON "writebacks" USING btree ("merchant_id","order_id");--> statement-breakpoint
CREATE INDEX "writebacks_open" ON "writebacks" USING btree ("merchant_id","store_id","state") WHERE "writebacks"."state" not in ('confirmed');--> statement-breakpoint
CREATE INDEX "writebacks_authorization" ON "writebacks" USING btree ("merchant_id","authorization_id") WHERE "writebacks"."state" = 'parked';--> statement-breakpoint
CREATE INDEX "grants_person" ON "grants" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "people_email" ON "people" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "sessions_person" ON "sessions" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "run_items_run" ON "run_items" USING btree ("merchant_id","run_id","id");--> statement-breakpoint
CREATE INDEX "runs_list" ON "runs" USING btree ("merchant_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "runs_store" ON "runs" USING btree ("merchant_id","store_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "runs_active" ON "runs" USING btree ("store_id","kind","mode","order_kind") WHERE "runs"."status" in ('queued', 'running') and "runs"."mode" in ('scheduled', 'immediate', 'first', 'held', 'nightly');--> statement-breakpoint
CREATE INDEX "authorizations_expiry" ON "authorizations" USING btree ("expires_at") WHERE "authorizations"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "platform_calls_store" ON "platform_calls" USING btree ("merchant_id","store_id","at");--> statement-breakpoint
CREATE INDEX "platform_calls_at" ON "platform_calls" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "sales_channels_name" ON "sales_channels" USING btree ("merchant_id",lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "stores_name" ON "stores" USING btree ("merchant_id","platform",lower("name")) WHERE "stores"."deleted_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "stores_shop" ON "stores" USING btree ("platform","platform_shop_id","order_scope") WHERE "stores"."deleted_at" is null and "stores"."platform_shop_id" is not null;--> statement-breakpoint
CREATE INDEX "stores_authorization" ON "stores" USING btree ("merchant_id","authorization_id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_at" ON "webhook_deliveries" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "inventory_ledger_product" ON "inventory_ledger" USING btree ("merchant_id","product_id","at");--> statement-breakpoint
CREATE INDEX "product_barcodes_product" ON "product_barcodes" USING btree ("merchant_id","product_id");--> statement-breakpoint
CREATE UNIQUE INDEX "sku_mappings_current" ON "sku_mappings" USING btree ("store_id","key_kind","key") WHERE "sku_mappings"."superseded_at" is null;