ALTER TABLE "hold_releases" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "platform_holds" jsonb;--> statement-breakpoint
UPDATE "orders" o SET "platform_holds" = h.said FROM (
  SELECT merchant_id, order_id, jsonb_agg(jsonb_build_object('code', code, 'origin', origin, 'subject', subject, 'detail', detail) ORDER BY opened_at, id) AS said
  FROM "holds" WHERE origin = 'platform' AND closed_at IS NULL GROUP BY merchant_id, order_id
) h WHERE o.merchant_id = h.merchant_id AND o.id = h.order_id;--> statement-breakpoint
UPDATE "hold_releases" r SET "reason" = h.reason FROM (
  SELECT DISTINCT ON (merchant_id, order_id, code, subject) merchant_id, order_id, code, subject, detail->>'reason' AS reason
  FROM "holds" WHERE origin = 'platform' AND closed_at IS NOT NULL ORDER BY merchant_id, order_id, code, subject, closed_at DESC
) h WHERE r.merchant_id = h.merchant_id AND r.order_id = h.order_id AND r.code = h.code AND r.subject = h.subject;
