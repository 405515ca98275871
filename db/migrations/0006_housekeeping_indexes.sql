CREATE INDEX "raw_payloads_at" ON "raw_payloads" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "runs_unfinished" ON "runs" USING btree ("status","created_at") WHERE "runs"."status" in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "runs_finished" ON "runs" USING btree ("finished_at");