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
