-- Models are few enough to look through; the price list of an older instant is read faster without an index than with it.
-- (What else is not kept where nobody sweeps, the indexes on the tables about endpoints, is dropped and made in code.)
DROP INDEX `models_removed`;--> statement-breakpoint
DROP INDEX `pricing_history_to`;--> statement-breakpoint
CREATE INDEX `pricing_history_open` ON `pricing_history` (`valid_to`) WHERE "pricing_history"."valid_to" IS NULL;