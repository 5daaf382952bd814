CREATE TABLE `seals` (
	`table_name` text NOT NULL,
	`row_key` integer NOT NULL,
	`seal` text NOT NULL,
	PRIMARY KEY(`table_name`, `row_key`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `sync_runs` ADD `seal` text;--> statement-breakpoint
DROP INDEX `endpoint_limits_endpoint`;--> statement-breakpoint
CREATE INDEX `endpoint_limits_key` ON `endpoint_limits` (`endpoint_id`,`valid_from`);--> statement-breakpoint
DROP INDEX `endpoint_prices_endpoint`;--> statement-breakpoint
CREATE INDEX `endpoint_prices_key` ON `endpoint_prices` (`endpoint_id`,`component`,`condition`,`valid_from`);--> statement-breakpoint
-- As for the prices of the list: only the interval before and the one behind can meet a new one, each one look away.
DROP TRIGGER endpoint_prices_no_overlap;--> statement-breakpoint
DROP TRIGGER endpoint_prices_no_overlap_later;--> statement-breakpoint
DROP TRIGGER endpoint_limits_no_overlap;--> statement-breakpoint
DROP TRIGGER endpoint_limits_no_overlap_later;--> statement-breakpoint
CREATE TRIGGER endpoint_prices_no_overlap BEFORE INSERT ON endpoint_prices
WHEN (SELECT p.valid_to IS NULL OR p.valid_to > NEW.valid_from FROM endpoint_prices AS p
		WHERE p.endpoint_id = NEW.endpoint_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_from <= NEW.valid_from ORDER BY p.valid_from DESC LIMIT 1)
	OR (SELECT NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to FROM endpoint_prices AS p
		WHERE p.endpoint_id = NEW.endpoint_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_from > NEW.valid_from ORDER BY p.valid_from LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'endpoint_prices: intervals of one price overlap'); END;
--> statement-breakpoint
CREATE TRIGGER endpoint_prices_no_overlap_later BEFORE UPDATE OF endpoint_id, component, condition, valid_from, valid_to ON endpoint_prices
WHEN (SELECT p.valid_to IS NULL OR p.valid_to > NEW.valid_from FROM endpoint_prices AS p
		WHERE p.id <> NEW.id AND p.endpoint_id = NEW.endpoint_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_from <= NEW.valid_from ORDER BY p.valid_from DESC LIMIT 1)
	OR (SELECT NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to FROM endpoint_prices AS p
		WHERE p.id <> NEW.id AND p.endpoint_id = NEW.endpoint_id AND p.component = NEW.component AND p.condition = NEW.condition
			AND p.valid_from > NEW.valid_from ORDER BY p.valid_from LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'endpoint_prices: intervals of one price overlap'); END;
--> statement-breakpoint
CREATE TRIGGER endpoint_limits_no_overlap BEFORE INSERT ON endpoint_limits
WHEN (SELECT p.valid_to IS NULL OR p.valid_to > NEW.valid_from FROM endpoint_limits AS p
		WHERE p.endpoint_id = NEW.endpoint_id AND p.valid_from <= NEW.valid_from ORDER BY p.valid_from DESC LIMIT 1)
	OR (SELECT NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to FROM endpoint_limits AS p
		WHERE p.endpoint_id = NEW.endpoint_id AND p.valid_from > NEW.valid_from ORDER BY p.valid_from LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'endpoint_limits: intervals of one endpoint overlap'); END;
--> statement-breakpoint
CREATE TRIGGER endpoint_limits_no_overlap_later BEFORE UPDATE OF endpoint_id, valid_from, valid_to ON endpoint_limits
WHEN (SELECT p.valid_to IS NULL OR p.valid_to > NEW.valid_from FROM endpoint_limits AS p
		WHERE p.id <> NEW.id AND p.endpoint_id = NEW.endpoint_id AND p.valid_from <= NEW.valid_from ORDER BY p.valid_from DESC LIMIT 1)
	OR (SELECT NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to FROM endpoint_limits AS p
		WHERE p.id <> NEW.id AND p.endpoint_id = NEW.endpoint_id AND p.valid_from > NEW.valid_from ORDER BY p.valid_from LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'endpoint_limits: intervals of one endpoint overlap'); END;
