-- Cards of carriers that are not paired stay the same ones; of two that differ only in case one is left.
UPDATE "alerts" a SET "subject" = lower(a."subject")
WHERE a."kind" = 'exception:carrier_unpaired' AND a."subject" <> lower(a."subject")
  AND NOT EXISTS (
    SELECT FROM "alerts" b
    WHERE b."merchant_id" = a."merchant_id" AND b."kind" = a."kind" AND b."id" <> a."id"
      AND a."state" = 'open' AND b."state" = 'open' AND lower(b."subject") = lower(a."subject")
      AND (b."subject" = lower(b."subject") OR b."id" < a."id"));
