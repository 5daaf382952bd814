DROP INDEX `pricing_history_model`;--> statement-breakpoint
CREATE INDEX `pricing_history_key` ON `pricing_history` (`model_id`,`component`,`condition`,`valid_from`);--> statement-breakpoint
-- Intervals that do not overlap are in order: only the one before and the one behind can meet a new one, and each is
-- found by one look into the index, however long the history is.
DROP TRIGGER pricing_history_no_overlap;--> statement-breakpoint
DROP TRIGGER pricing_history_no_overlap_later;--> statement-breakpoint
CREATE TRIGGER pricing_history_no_overlap BEFORE INSERT ON pricing_history
WHEN (SELECT p.valid_to IS NULL OR p.valid_to > NEW.valid_from FROM pricing_history AS p
		WHERE p.model_id = NEW.model_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_from <= NEW.valid_from ORDER BY p.valid_from DESC LIMIT 1)
	OR (SELECT NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to FROM pricing_history AS p
		WHERE p.model_id = NEW.model_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_from > NEW.valid_from ORDER BY p.valid_from LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'pricing_history: intervals of one price overlap'); END;
--> statement-breakpoint
CREATE TRIGGER pricing_history_no_overlap_later BEFORE UPDATE OF model_id, component, condition, valid_from, valid_to ON pricing_history
WHEN (SELECT p.valid_to IS NULL OR p.valid_to > NEW.valid_from FROM pricing_history AS p
		WHERE p.id <> NEW.id AND p.model_id = NEW.model_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_from <= NEW.valid_from ORDER BY p.valid_from DESC LIMIT 1)
	OR (SELECT NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to FROM pricing_history AS p
		WHERE p.id <> NEW.id AND p.model_id = NEW.model_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_from > NEW.valid_from ORDER BY p.valid_from LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'pricing_history: intervals of one price overlap'); END;
