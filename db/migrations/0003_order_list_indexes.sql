DROP INDEX "orders_by_status";--> statement-breakpoint
DROP INDEX "orders_by_store";--> statement-breakpoint
DROP INDEX "orders_by_ship_by";--> statement-breakpoint
DROP INDEX "orders_by_amount";--> statement-breakpoint
DROP INDEX "orders_held";--> statement-breakpoint
DROP INDEX "orders_with_exception";--> statement-breakpoint
DROP INDEX "order_lines_sku";--> statement-breakpoint
DROP INDEX "orders_by_time";--> statement-breakpoint
DROP INDEX "outbound_orders_list";--> statement-breakpoint
DROP INDEX "outbound_orders_warehouse";--> statement-breakpoint
DROP INDEX "runs_list";--> statement-breakpoint
DROP INDEX "runs_store";--> statement-breakpoint
CREATE INDEX "orders_list_time" ON "orders" USING btree ("merchant_id","kind","status","store_id","ordered_at","id");--> statement-breakpoint
CREATE INDEX "orders_list_ship_by" ON "orders" USING btree ("merchant_id","kind","status","store_id",coalesce("ship_by", 'infinity'::timestamptz),"id");--> statement-breakpoint
CREATE INDEX "orders_list_amount" ON "orders" USING btree ("merchant_id","kind","status","store_id",coalesce("total_amount", 0),"id");--> statement-breakpoint
CREATE INDEX "orders_somebody_time" ON "orders" USING btree ("merchant_id","kind","status","store_id","ordered_at","id") WHERE "orders"."open_hold_count" > 0 or "orders"."open_exception_count" > 0;--> statement-breakpoint
CREATE INDEX "orders_somebody_ship_by" ON "orders" USING btree ("merchant_id","kind","status","store_id",coalesce("ship_by", 'infinity'::timestamptz),"id") WHERE "orders"."open_hold_count" > 0 or "orders"."open_exception_count" > 0;--> statement-breakpoint
CREATE INDEX "orders_somebody_amount" ON "orders" USING btree ("merchant_id","kind","status","store_id",coalesce("total_amount", 0),"id") WHERE "orders"."open_hold_count" > 0 or "orders"."open_exception_count" > 0;--> statement-breakpoint
CREATE INDEX "orders_by_channel" ON "orders" USING btree ("merchant_id","kind","source_channel","ordered_at","id") WHERE "orders"."source_channel" is not null;--> statement-breakpoint
CREATE INDEX "orders_by_recipient" ON "orders" USING btree ("merchant_id","recipient_id");--> statement-breakpoint
CREATE INDEX "orders_by_corrected_recipient" ON "orders" USING btree ("merchant_id","corrected_recipient_id") WHERE "orders"."corrected_recipient_id" is not null;--> statement-breakpoint
CREATE INDEX "recipients_by_name" ON "recipients" USING btree ("merchant_id",lower("name") text_pattern_ops) WHERE "recipients"."name" is not null;--> statement-breakpoint
CREATE INDEX "outbound_orders_tracking" ON "outbound_orders" USING btree ("merchant_id","tracking_number") WHERE "outbound_orders"."tracking_number" is not null;--> statement-breakpoint
CREATE INDEX "order_lines_sku" ON "order_lines" USING btree ("merchant_id","sku","order_id");--> statement-breakpoint
CREATE INDEX "orders_by_time" ON "orders" USING btree ("merchant_id","kind","ordered_at","id");--> statement-breakpoint
CREATE INDEX "outbound_orders_list" ON "outbound_orders" USING btree ("merchant_id","status","created_at","id");--> statement-breakpoint
CREATE INDEX "outbound_orders_warehouse" ON "outbound_orders" USING btree ("warehouse_id","status","created_at");--> statement-breakpoint
CREATE INDEX "runs_list" ON "runs" USING btree ("merchant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "runs_store" ON "runs" USING btree ("merchant_id","store_id","created_at");