-- Order counts are kept, not counted: every statement on orders appends its differences, a background task folds them.
-- Appending never waits for another writer, so it can neither deadlock nor serialize ingest.
CREATE FUNCTION orders_count_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO order_count_deltas (merchant_id, store_id, kind, status, held, excepted, delta)
  SELECT merchant_id, store_id, kind, status, open_hold_count > 0, open_exception_count > 0, count(*)
  FROM new_rows GROUP BY 1, 2, 3, 4, 5, 6;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION orders_count_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO order_count_deltas (merchant_id, store_id, kind, status, held, excepted, delta)
  SELECT merchant_id, store_id, kind, status, held, excepted, sum(delta)
  FROM (
    SELECT merchant_id, store_id, kind, status, open_hold_count > 0 AS held, open_exception_count > 0 AS excepted, 1 AS delta FROM new_rows
    UNION ALL
    SELECT merchant_id, store_id, kind, status, open_hold_count > 0, open_exception_count > 0, -1 FROM old_rows
  ) AS change
  GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(delta) <> 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION orders_count_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO order_count_deltas (merchant_id, store_id, kind, status, held, excepted, delta)
  SELECT merchant_id, store_id, kind, status, open_hold_count > 0, open_exception_count > 0, -count(*)
  FROM old_rows GROUP BY 1, 2, 3, 4, 5, 6;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER orders_count_inserted AFTER INSERT ON orders
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orders_count_inserted();
--> statement-breakpoint
CREATE TRIGGER orders_count_updated AFTER UPDATE ON orders
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orders_count_updated();
--> statement-breakpoint
CREATE TRIGGER orders_count_deleted AFTER DELETE ON orders
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION orders_count_deleted();
