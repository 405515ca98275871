-- Refused cancellations were kept under the code of refused tracking numbers.
UPDATE "order_exceptions" x SET "code" = 'cancellation_failed'
FROM "writebacks" w
WHERE x."code" = 'writeback_failed' AND x."closed_at" IS NULL AND w."kind" = 'cancellation'
  AND w."merchant_id" = x."merchant_id" AND w."order_id" = x."order_id" AND w."id"::text = x."subject";
