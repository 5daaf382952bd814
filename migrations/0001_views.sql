-- Intervals of one key never overlap, whoever writes them.
CREATE TRIGGER pricing_history_no_overlap BEFORE INSERT ON pricing_history
WHEN EXISTS (
	SELECT 1 FROM pricing_history AS p
	WHERE p.model_id = NEW.model_id AND p.component = NEW.component AND p.condition = NEW.condition
		AND (p.valid_to IS NULL OR p.valid_to > NEW.valid_from) AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to)
)
BEGIN SELECT RAISE(ABORT, 'pricing_history: intervals of one price overlap'); END;
--> statement-breakpoint
CREATE TRIGGER pricing_history_no_overlap_later BEFORE UPDATE OF model_id, component, condition, valid_from, valid_to ON pricing_history
WHEN EXISTS (
	SELECT 1 FROM pricing_history AS p
	WHERE p.id <> NEW.id AND p.model_id = NEW.model_id AND p.component = NEW.component AND p.condition = NEW.condition
		AND (p.valid_to IS NULL OR p.valid_to > NEW.valid_from) AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to)
)
BEGIN SELECT RAISE(ABORT, 'pricing_history: intervals of one price overlap'); END;
--> statement-breakpoint
CREATE TRIGGER provider_limits_no_overlap BEFORE INSERT ON provider_limits
WHEN EXISTS (
	SELECT 1 FROM provider_limits AS p
	WHERE p.model_id = NEW.model_id
		AND (p.valid_to IS NULL OR p.valid_to > NEW.valid_from) AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to)
)
BEGIN SELECT RAISE(ABORT, 'provider_limits: intervals of one model overlap'); END;
--> statement-breakpoint
CREATE TRIGGER provider_limits_no_overlap_later BEFORE UPDATE OF model_id, valid_from, valid_to ON provider_limits
WHEN EXISTS (
	SELECT 1 FROM provider_limits AS p
	WHERE p.id <> NEW.id AND p.model_id = NEW.model_id
		AND (p.valid_to IS NULL OR p.valid_to > NEW.valid_from) AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to)
)
BEGIN SELECT RAISE(ABORT, 'provider_limits: intervals of one model overlap'); END;
--> statement-breakpoint
CREATE VIEW current_models AS
SELECT m.id, m.name, m.author, m.created_at, l.context_length, l.max_completion_tokens, l.is_moderated,
	m.modality, m.input_modalities, m.output_modalities, m.supported_parameters,
	m.knowledge_cutoff, m.expiration_date, m.alias_of, m.first_seen_at
FROM models AS m
LEFT JOIN provider_limits AS l ON l.model_id = m.id AND l.valid_to IS NULL
WHERE m.removed_at IS NULL;
--> statement-breakpoint
-- USD per million tokens; the columns that end in _each are USD per image, request or search. For reading: the exact
-- decimals are in pricing_history.
CREATE VIEW current_prices AS
SELECT m.id AS model_id, m.name,
	max(CASE p.component WHEN 'prompt' THEN p.per_million END) AS prompt,
	max(CASE p.component WHEN 'completion' THEN p.per_million END) AS completion,
	max(CASE p.component WHEN 'input_cache_read' THEN p.per_million END) AS input_cache_read,
	max(CASE p.component WHEN 'input_cache_write' THEN p.per_million END) AS input_cache_write,
	max(CASE p.component WHEN 'internal_reasoning' THEN p.per_million END) AS internal_reasoning,
	max(CASE p.component WHEN 'audio' THEN p.per_million END) AS audio,
	max(CASE p.component WHEN 'image' THEN p.each END) AS image_each,
	max(CASE p.component WHEN 'request' THEN p.each END) AS request_each,
	max(CASE p.component WHEN 'web_search' THEN p.each END) AS web_search_each,
	coalesce(max(p.dynamic), 0) AS dynamic,
	coalesce(sum(p.condition <> ''), 0) AS conditional_prices
FROM models AS m
LEFT JOIN (
	SELECT model_id, component, condition, dynamic,
		CASE WHEN condition = '' THEN round(CAST(price AS REAL) * 1e6, 9) END AS per_million,
		CASE WHEN condition = '' THEN CAST(price AS REAL) END AS each
	FROM pricing_history WHERE valid_to IS NULL
) AS p ON p.model_id = m.id
WHERE m.removed_at IS NULL
GROUP BY m.id;
--> statement-breakpoint
CREATE VIEW price_changes AS
SELECT e.observed_at, e.previous_observed_at, e.model_id, substr(e.field, 9) AS price, e.old_value, e.new_value,
	round(CAST(nullif(e.old_value, 'dynamic') AS REAL) * 1e6, 9) AS old_per_million,
	round(CAST(nullif(e.new_value, 'dynamic') AS REAL) * 1e6, 9) AS new_per_million,
	round(e.change_pct, 2) AS change_pct, e.cause, e.run_id
FROM change_events AS e
WHERE e.type = 'repriced';
--> statement-breakpoint
CREATE VIEW removed_models AS
SELECT m.id AS model_id, m.name, m.author, m.first_seen_at, m.last_seen_at, m.removed_at,
	round(julianday(m.removed_at) - julianday(m.first_seen_at), 1) AS days_known, m.expiration_date
FROM models AS m
WHERE m.removed_at IS NOT NULL;
--> statement-breakpoint
-- The 30 days before the newest answer, without the first run and without what is not news.
CREATE VIEW recent_changes AS
SELECT e.observed_at, e.model_id, e.type, e.field, e.old_value, e.new_value, round(e.change_pct, 2) AS change_pct, e.cause,
	e.previous_observed_at, e.run_id
FROM change_events AS e
WHERE e.previous_observed_at IS NOT NULL AND (e.cause IS NULL OR e.cause = 'alias')
	AND e.observed_at > (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(observed_at), '-30 days') FROM sync_runs)
ORDER BY e.observed_at DESC, e.id DESC;
--> statement-breakpoint
-- One row: is the record being kept?
CREATE VIEW run_health AS
SELECT
	(SELECT max(observed_at) FROM sync_runs WHERE status IN ('changed', 'unchanged')) AS last_good_at,
	(SELECT max(observed_at) FROM sync_runs WHERE status = 'changed') AS last_change_at,
	(SELECT max(finished_at) FROM sync_runs) AS last_run_at,
	(SELECT status FROM sync_runs ORDER BY id DESC LIMIT 1) AS last_status,
	(SELECT error_message FROM sync_runs ORDER BY id DESC LIMIT 1) AS last_error,
	(SELECT count(*) FROM sync_runs
		WHERE id > coalesce((SELECT max(id) FROM sync_runs WHERE status IN ('changed', 'unchanged')), 0)) AS runs_since_good,
	(SELECT count(*) FROM sync_runs) AS runs,
	(SELECT count(*) FROM sync_runs WHERE status = 'held') AS held,
	(SELECT count(*) FROM sync_runs WHERE status = 'rejected') AS rejected,
	(SELECT count(*) FROM sync_runs WHERE status = 'failed') AS failed,
	(SELECT count(*) FROM models WHERE removed_at IS NULL) AS models_listed;
