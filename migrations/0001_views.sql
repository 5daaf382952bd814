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
--> statement-breakpoint
-- What can be had now: prices in USD per million tokens beside limits and abilities. For reading: the exact decimals are
-- in pricing_history.
CREATE VIEW current_offers AS
SELECT m.id AS model_id, m.name, m.author, p.prompt, p.completion, p.input_cache_read, p.dynamic,
	m.context_length, m.max_completion_tokens, m.supported_parameters, m.input_modalities, m.output_modalities
FROM current_models AS m JOIN current_prices AS p ON p.model_id = m.id;
--> statement-breakpoint
-- Every price that ever was, from valid_from to just before valid_until, which is never NULL:
-- valid_from <= :t AND :t < valid_until.
CREATE VIEW price_periods AS
SELECT model_id, component, condition, price, round(CAST(price AS REAL) * 1e6, 9) AS per_million, dynamic,
	valid_from, coalesce(valid_to, '9999-12-31T23:59:59.999Z') AS valid_until
FROM pricing_history;
--> statement-breakpoint
-- Models that came after the first look, with what they were offered for then.
CREATE VIEW new_models AS
SELECT e.observed_at, e.model_id, m.name, m.author,
	(SELECT round(CAST(p.price AS REAL) * 1e6, 9) FROM pricing_history AS p
		WHERE p.model_id = e.model_id AND p.valid_from = e.observed_at AND p.component = 'prompt' AND p.condition = '') AS prompt,
	(SELECT round(CAST(p.price AS REAL) * 1e6, 9) FROM pricing_history AS p
		WHERE p.model_id = e.model_id AND p.valid_from = e.observed_at AND p.component = 'completion' AND p.condition = '') AS completion,
	(SELECT l.context_length FROM provider_limits AS l
		WHERE l.model_id = e.model_id AND l.valid_from = e.observed_at) AS context_length
FROM change_events AS e JOIN models AS m ON m.id = e.model_id
WHERE e.type = 'added' AND e.previous_observed_at IS NOT NULL;
--> statement-breakpoint
-- Each time a model was away: restored_at is NULL where it still is.
CREATE VIEW absences AS
SELECT model_id, removed_at, restored_at,
	round(julianday(coalesce(restored_at, (SELECT max(observed_at) FROM sync_runs WHERE status IN ('changed', 'unchanged'))))
		- julianday(removed_at), 1) AS days_away
FROM (
	SELECT e.model_id, e.observed_at AS removed_at,
		(SELECT min(r.observed_at) FROM change_events AS r
			WHERE r.model_id = e.model_id AND r.type = 'restored' AND r.observed_at > e.observed_at) AS restored_at
	FROM change_events AS e WHERE e.type = 'removed'
);
--> statement-breakpoint
-- Contexts and other limits that grew or were cut, in percent where both sides are numbers.
CREATE VIEW limit_changes AS
SELECT e.observed_at, e.previous_observed_at, e.model_id, e.field, e.old_value, e.new_value,
	CASE WHEN e.old_value GLOB '[1-9]*' AND e.new_value GLOB '[0-9]*'
		THEN round(100.0 * (CAST(e.new_value AS REAL) - CAST(e.old_value AS REAL)) / CAST(e.old_value AS REAL), 1) END AS change_pct,
	e.run_id
FROM change_events AS e
WHERE e.type = 'limits_changed';
--> statement-breakpoint
-- Prices that hold only for long prompts or at some hours, beside the base price, now.
CREATE VIEW conditional_prices AS
SELECT c.model_id, c.component, c.condition, round(CAST(c.price AS REAL) * 1e6, 9) AS per_million,
	round(CAST(b.price AS REAL) * 1e6, 9) AS base_per_million,
	round(CAST(c.price AS REAL) / nullif(CAST(b.price AS REAL), 0), 3) AS times_base
FROM pricing_history AS c
LEFT JOIN pricing_history AS b ON b.model_id = c.model_id AND b.component = c.component AND b.condition = '' AND b.valid_to IS NULL
WHERE c.condition <> '' AND c.valid_to IS NULL;
