DROP INDEX `models_removed`;--> statement-breakpoint
DROP INDEX `pricing_history_to`;--> statement-breakpoint
DROP INDEX `pricing_history_key`;--> statement-breakpoint
CREATE INDEX `pricing_history_open` ON `pricing_history` (`valid_to`) WHERE "pricing_history"."valid_to" IS NULL;--> statement-breakpoint
CREATE INDEX `pricing_history_key` ON `pricing_history` (`model_id`,`component`,`condition`,`valid_to`);--> statement-breakpoint
-- Of the intervals of one price, only the open one and the first that ends behind the beginning of a new one can meet it:
-- by when they end, both are found at once, and so is the one to close.
DROP TRIGGER pricing_history_no_overlap;--> statement-breakpoint
DROP TRIGGER pricing_history_no_overlap_later;--> statement-breakpoint
CREATE TRIGGER pricing_history_no_overlap BEFORE INSERT ON pricing_history
WHEN (SELECT NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to FROM pricing_history AS p
		WHERE p.model_id = NEW.model_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_to > NEW.valid_from ORDER BY p.valid_to LIMIT 1)
	OR EXISTS (SELECT 1 FROM pricing_history AS p
		WHERE p.model_id = NEW.model_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_to IS NULL AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to))
BEGIN SELECT RAISE(ABORT, 'pricing_history: intervals of one price overlap'); END;
--> statement-breakpoint
CREATE TRIGGER pricing_history_no_overlap_later BEFORE UPDATE OF model_id, component, condition, valid_from, valid_to ON pricing_history
WHEN (SELECT NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to FROM pricing_history AS p
		WHERE p.id <> NEW.id AND p.model_id = NEW.model_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_to > NEW.valid_from ORDER BY p.valid_to LIMIT 1)
	OR EXISTS (SELECT 1 FROM pricing_history AS p
		WHERE p.id <> NEW.id AND p.model_id = NEW.model_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_to IS NULL AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to))
BEGIN SELECT RAISE(ABORT, 'pricing_history: intervals of one price overlap'); END;
