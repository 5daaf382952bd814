DROP VIEW recent_changes;
--> statement-breakpoint
DROP VIEW price_changes;
--> statement-breakpoint
DROP VIEW current_offers;
--> statement-breakpoint
DROP VIEW current_prices;
--> statement-breakpoint
DROP VIEW current_models;
--> statement-breakpoint
DROP VIEW removed_models;
--> statement-breakpoint
DROP VIEW price_periods;
--> statement-breakpoint
DROP VIEW new_models;
--> statement-breakpoint
DROP VIEW absences;
--> statement-breakpoint
DROP VIEW limit_changes;
--> statement-breakpoint
DROP VIEW conditional_prices;
--> statement-breakpoint
-- What a price is for, component by component; price_periods.unit tells the two meanings of image apart.
CREATE VIEW components AS
SELECT column1 AS component, column2 AS unit FROM (VALUES
	('prompt', 'token'),
	('input_cache_read', 'token'),
	('input_cache_write', 'token'),
	('input_cache_write_1h', 'token'),
	('audio', 'token'),
	('input_audio_cache', 'token'),
	('image_token', 'image token'),
	('image', 'image'),
	('completion', 'token'),
	('internal_reasoning', 'token'),
	('audio_output', 'token'),
	('image_output', 'image token'),
	('request', 'request'),
	('web_search', 'search'),
	('discount', 'fraction')
);
--> statement-breakpoint
-- The days on which lists were observed or stood between two that were, UTC: a day d holds the instants from starts_at to
-- just before ends_at.
CREATE VIEW calendar AS
WITH RECURSIVE days(day, next, last) AS (
	SELECT date(min(observed_at)), date(min(observed_at), '+1 day'), date(max(observed_at))
	FROM sync_runs WHERE status IN ('changed', 'unchanged')
	UNION ALL
	SELECT next, date(next, '+1 day'), last FROM days WHERE day < last
)
SELECT day, substr(day, 1, 7) AS month, day || 'T00:00:00.000Z' AS starts_at, next || 'T00:00:00.000Z' AS ends_at
FROM days WHERE day IS NOT NULL;
--> statement-breakpoint
-- Every price that ever was, from valid_from to just before valid_until, which is never NULL:
-- valid_from <= :t AND :t < valid_until. price is a number; the exact decimal is price_exact. image is per image token
-- where it is the model's price of prompt.
CREATE VIEW price_periods AS
SELECT model_id, author, component, condition, unit, price_usd AS price, price AS price_exact,
	CASE WHEN unit IN ('token', 'image token') THEN round(price_usd * 1e6, 9) END AS per_million,
	dynamic, valid_from, valid_until
FROM (
	SELECT p.model_id, m.author, p.component, p.condition,
		CASE WHEN p.component = 'image' AND EXISTS (
			SELECT 1 FROM pricing_history AS q
			WHERE q.model_id = p.model_id AND q.component = 'prompt' AND q.condition = p.condition AND q.price = p.price
				AND (p.valid_to IS NULL OR q.valid_from < p.valid_to) AND (q.valid_to IS NULL OR q.valid_to > p.valid_from)
		) THEN 'image token' ELSE (SELECT c.unit FROM components AS c WHERE c.component = p.component) END AS unit,
		p.price_usd, p.price, p.dynamic, p.valid_from, coalesce(p.valid_to, '9999-12-31T23:59:59.999Z') AS valid_until
	FROM pricing_history AS p JOIN models AS m ON m.id = p.model_id
);
--> statement-breakpoint
CREATE VIEW current_models AS
SELECT m.id AS model_id, m.id, m.name, m.author, m.created_at, l.context_length, l.max_completion_tokens, l.is_moderated,
	m.modality, m.input_modalities, m.output_modalities, m.supported_parameters,
	m.knowledge_cutoff, m.expiration_date, m.alias_of, m.first_seen_at
FROM models AS m
LEFT JOIN provider_limits AS l ON l.model_id = m.id AND l.valid_to IS NULL
WHERE m.removed_at IS NULL;
--> statement-breakpoint
-- USD per million tokens, of image per million image tokens; the columns that end in _each are USD per image, request or
-- search. For reading: the exact decimals are in pricing_history.
CREATE VIEW current_prices AS
SELECT m.id AS model_id, m.name, m.author,
	max(CASE WHEN p.component = 'prompt' AND p.unit IN ('token', 'image token') THEN round(p.price_usd * 1e6, 9) END) AS prompt,
	max(CASE WHEN p.component = 'completion' AND p.unit IN ('token', 'image token') THEN round(p.price_usd * 1e6, 9) END) AS completion,
	max(CASE WHEN p.component = 'input_cache_read' AND p.unit IN ('token', 'image token') THEN round(p.price_usd * 1e6, 9) END) AS input_cache_read,
	max(CASE WHEN p.component = 'input_cache_write' AND p.unit IN ('token', 'image token') THEN round(p.price_usd * 1e6, 9) END) AS input_cache_write,
	max(CASE WHEN p.component = 'internal_reasoning' AND p.unit IN ('token', 'image token') THEN round(p.price_usd * 1e6, 9) END) AS internal_reasoning,
	max(CASE WHEN p.component = 'audio' AND p.unit IN ('token', 'image token') THEN round(p.price_usd * 1e6, 9) END) AS audio,
	max(CASE WHEN p.component = 'image' AND p.unit IN ('token', 'image token') THEN round(p.price_usd * 1e6, 9) END) AS image,
	max(CASE WHEN p.component = 'image' AND p.unit = 'image' THEN p.price_usd END) AS image_each,
	max(CASE WHEN p.component = 'request' AND p.unit = 'request' THEN p.price_usd END) AS request_each,
	max(CASE WHEN p.component = 'web_search' AND p.unit = 'search' THEN p.price_usd END) AS web_search_each,
	coalesce(max(p.dynamic), 0) AS dynamic,
	coalesce(sum(p.condition <> ''), 0) AS conditional_prices
FROM models AS m
LEFT JOIN (
	SELECT p.model_id, p.component, p.condition, p.dynamic, CASE WHEN p.condition = '' THEN p.price_usd END AS price_usd,
		CASE WHEN p.component = 'image' AND EXISTS (
			SELECT 1 FROM pricing_history AS q
			WHERE q.model_id = p.model_id AND q.component = 'prompt' AND q.condition = p.condition AND q.price = p.price
				AND q.valid_to IS NULL
		) THEN 'image token' ELSE c.unit END AS unit
	FROM pricing_history AS p LEFT JOIN components AS c ON c.component = p.component
	WHERE p.valid_to IS NULL
) AS p ON p.model_id = m.id
WHERE m.removed_at IS NULL
GROUP BY m.id;
--> statement-breakpoint
-- Every price that changed: component and condition, before and after, as numbers and (old_value, new_value) exactly.
CREATE VIEW price_changes AS
SELECT event_id, observed_at, previous_observed_at, model_id, author, component, condition, unit, old_price, new_price,
	CASE WHEN unit IN ('token', 'image token') THEN round(old_price * 1e6, 9) END AS old_per_million,
	CASE WHEN unit IN ('token', 'image token') THEN round(new_price * 1e6, 9) END AS new_per_million,
	change_pct, cause, old_value, new_value, run_id
FROM (
	SELECT e.*, CASE WHEN e.component = 'image' AND EXISTS (
			SELECT 1 FROM pricing_history AS q
			WHERE q.model_id = e.model_id AND q.component = 'prompt' AND q.condition = e.condition
				AND q.price IN (e.old_value, e.new_value)
				AND q.valid_from <= e.observed_at AND (q.valid_to IS NULL OR q.valid_to > e.previous_observed_at)
		) THEN 'image token' ELSE (SELECT c.unit FROM components AS c WHERE c.component = e.component) END AS unit
	FROM (
		SELECT e.id AS event_id, e.observed_at, e.previous_observed_at, e.model_id, m.author,
			substr(e.field, 9, instr(e.field || '[', '[') - 9) AS component,
			CASE WHEN instr(e.field, '[') > 0 THEN substr(e.field, instr(e.field, '[') + 1, length(e.field) - instr(e.field, '[') - 1) ELSE '' END AS condition,
			CAST(nullif(e.old_value, 'dynamic') AS REAL) AS old_price, CAST(nullif(e.new_value, 'dynamic') AS REAL) AS new_price,
			round(e.change_pct, 2) AS change_pct, e.cause, e.old_value, e.new_value, e.run_id
		FROM change_events AS e JOIN models AS m ON m.id = e.model_id
		WHERE e.type = 'repriced'
	) AS e
);
--> statement-breakpoint
CREATE VIEW removed_models AS
SELECT m.id AS model_id, m.name, m.author, m.first_seen_at, m.last_seen_at, m.removed_at,
	round(julianday(m.removed_at) - julianday(m.first_seen_at), 1) AS days_known, m.expiration_date
FROM models AS m
WHERE m.removed_at IS NOT NULL;
--> statement-breakpoint
-- The 30 days before the newest answer, without the first run and without what is not news. component, condition and the
-- prices are those of a repricing, else NULL.
CREATE VIEW recent_changes AS
SELECT e.observed_at, e.previous_observed_at, e.model_id, m.author, e.type, e.field, p.component, p.condition, p.unit,
	p.old_price, p.new_price, p.old_per_million, p.new_per_million, round(e.change_pct, 2) AS change_pct, e.cause,
	e.old_value, e.new_value, e.run_id
FROM change_events AS e JOIN models AS m ON m.id = e.model_id LEFT JOIN price_changes AS p ON p.event_id = e.id
WHERE e.previous_observed_at IS NOT NULL AND (e.cause IS NULL OR e.cause = 'alias')
	AND e.observed_at > (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(observed_at), '-30 days') FROM sync_runs)
ORDER BY e.observed_at DESC, e.id DESC;
--> statement-breakpoint
-- What can be had now: prices in USD per million tokens beside limits and abilities. For reading: the exact decimals are
-- in pricing_history.
CREATE VIEW current_offers AS
SELECT m.model_id, m.name, m.author, p.prompt, p.completion, p.input_cache_read, p.request_each, p.dynamic,
	m.context_length, m.max_completion_tokens, m.supported_parameters, m.input_modalities, m.output_modalities
FROM current_models AS m JOIN current_prices AS p ON p.model_id = m.model_id;
--> statement-breakpoint
-- Models that came after the first look, with what they were offered for then, in USD per million tokens.
CREATE VIEW new_models AS
SELECT e.observed_at, e.previous_observed_at, e.model_id, m.name, m.author,
	(SELECT round(p.price_usd * 1e6, 9) FROM pricing_history AS p
		WHERE p.model_id = e.model_id AND p.valid_from = e.observed_at AND p.component = 'prompt' AND p.condition = '') AS prompt,
	(SELECT round(p.price_usd * 1e6, 9) FROM pricing_history AS p
		WHERE p.model_id = e.model_id AND p.valid_from = e.observed_at AND p.component = 'completion' AND p.condition = '') AS completion,
	(SELECT l.context_length FROM provider_limits AS l
		WHERE l.model_id = e.model_id AND l.valid_from = e.observed_at) AS context_length
FROM change_events AS e JOIN models AS m ON m.id = e.model_id
WHERE e.type = 'added' AND e.previous_observed_at IS NOT NULL;
--> statement-breakpoint
-- Each time a model was away: restored_at is NULL where it still is.
CREATE VIEW absences AS
SELECT a.model_id, m.name, m.author, a.removed_at, a.restored_at,
	round(julianday(coalesce(a.restored_at, (SELECT max(observed_at) FROM sync_runs WHERE status IN ('changed', 'unchanged'))))
		- julianday(a.removed_at), 1) AS days_away
FROM (
	SELECT e.model_id, e.observed_at AS removed_at,
		(SELECT min(r.observed_at) FROM change_events AS r
			WHERE r.model_id = e.model_id AND r.type = 'restored' AND r.observed_at > e.observed_at) AS restored_at
	FROM change_events AS e WHERE e.type = 'removed'
) AS a JOIN models AS m ON m.id = a.model_id;
--> statement-breakpoint
-- Contexts and other limits that grew or were cut, in percent where both sides are counts.
CREATE VIEW limit_changes AS
SELECT observed_at, previous_observed_at, model_id, author, field, old_limit, new_limit,
	round(100.0 * (new_limit - old_limit) / nullif(old_limit, 0), 1) AS change_pct, old_value, new_value, run_id
FROM (
	SELECT e.observed_at, e.previous_observed_at, e.model_id, m.author, e.field, e.old_value, e.new_value, e.run_id,
		CASE WHEN e.old_value <> '' AND e.old_value NOT GLOB '*[^0-9]*' AND length(e.old_value) <= 15 THEN CAST(e.old_value AS INTEGER) END AS old_limit,
		CASE WHEN e.new_value <> '' AND e.new_value NOT GLOB '*[^0-9]*' AND length(e.new_value) <= 15 THEN CAST(e.new_value AS INTEGER) END AS new_limit
	FROM change_events AS e JOIN models AS m ON m.id = e.model_id
	WHERE e.type = 'limits_changed'
);
--> statement-breakpoint
-- One row each time a model's limits were cut, however many fields say so: the context (the smaller of the model's and
-- its provider's) and the longest completion, before and after. change_pct is that of the deepest cut.
CREATE VIEW limit_cuts AS
SELECT observed_at, previous_observed_at, model_id, author,
	max(CASE WHEN field IN ('context_length', 'top_provider.context_length') THEN old_limit END) AS old_context_length,
	min(CASE WHEN field IN ('context_length', 'top_provider.context_length') THEN new_limit END) AS new_context_length,
	max(CASE field WHEN 'top_provider.max_completion_tokens' THEN old_limit END) AS old_max_completion_tokens,
	min(CASE field WHEN 'top_provider.max_completion_tokens' THEN new_limit END) AS new_max_completion_tokens,
	min(change_pct) AS change_pct, group_concat(field, ', ') AS fields, run_id
FROM limit_changes
WHERE new_limit < old_limit
GROUP BY run_id, model_id;
--> statement-breakpoint
-- Prices that hold only for long prompts, on some days or at some hours, beside the base price, now.
CREATE VIEW conditional_prices AS
SELECT c.model_id, c.author, c.component, c.condition, c.unit, c.price, b.price_usd AS base_price, c.per_million,
	CASE WHEN c.unit IN ('token', 'image token') THEN round(b.price_usd * 1e6, 9) END AS base_per_million,
	round(c.price / nullif(b.price_usd, 0), 3) AS times_base, c.valid_from
FROM price_periods AS c
LEFT JOIN pricing_history AS b ON b.model_id = c.model_id AND b.component = c.component AND b.condition = '' AND b.valid_to IS NULL
WHERE c.condition <> '' AND c.valid_until = '9999-12-31T23:59:59.999Z';
--> statement-breakpoint
-- A row a price and day, UTC, on which it held: where it changed during the day, the one that held last.
CREATE VIEW daily_prices AS
SELECT d.day, p.model_id, p.author, p.component, p.condition, p.unit, p.price, p.price_exact, p.per_million, p.dynamic
FROM price_periods AS p CROSS JOIN calendar AS d
WHERE p.valid_from < d.ends_at AND p.valid_until > d.starts_at
	AND (p.valid_until >= d.ends_at OR NOT EXISTS (
		SELECT 1 FROM pricing_history AS q
		WHERE q.model_id = p.model_id AND q.component = p.component AND q.condition = p.condition
			AND q.valid_from >= p.valid_until AND q.valid_from < d.ends_at
	));
--> statement-breakpoint
-- A row a price and month, UTC: the cheapest, the mean weighted by how long each held, and the last of the month. What is
-- dynamic has none.
CREATE VIEW monthly_prices AS
SELECT month, model_id, author, component, condition, max(unit) AS unit, min(price) AS lowest,
	coalesce(sum(price * days) / nullif(sum(days), 0), avg(price)) AS mean,
	CAST(substr(max(valid_from || price_exact), 25) AS REAL) AS last,
	CASE WHEN max(unit) IN ('token', 'image token') THEN round(min(price) * 1e6, 9) END AS lowest_per_million,
	CASE WHEN max(unit) IN ('token', 'image token')
		THEN round(coalesce(sum(price * days) / nullif(sum(days), 0), avg(price)) * 1e6, 9) END AS mean_per_million,
	CASE WHEN max(unit) IN ('token', 'image token')
		THEN round(CAST(substr(max(valid_from || price_exact), 25) AS REAL) * 1e6, 9) END AS last_per_million,
	round(sum(days), 3) AS days
FROM (
	SELECT c.month, p.model_id, p.author, p.component, p.condition, p.unit, p.price, p.price_exact, p.valid_from,
		julianday(min(p.valid_until, c.until)) - julianday(max(p.valid_from, c.starts_at)) AS days
	FROM price_periods AS p CROSS JOIN (
		SELECT month, min(starts_at) AS starts_at, min(max(ends_at), (
			SELECT max(observed_at) FROM sync_runs WHERE status IN ('changed', 'unchanged'))) AS until, max(ends_at) AS ends_at
		FROM calendar GROUP BY month
	) AS c
	WHERE p.valid_from < c.ends_at AND p.valid_until > c.starts_at AND p.dynamic = 0
)
GROUP BY month, model_id, component, condition;
--> statement-breakpoint
-- What prices that hold now were 7, 30 and 90 days before the newest list, where both are known and differ.
CREATE VIEW price_moves AS
SELECT n.model_id, n.author, n.component, n.condition, n.unit, t.days, t.since,
	o.price_usd AS price_then, n.price AS price_now,
	CASE WHEN n.unit IN ('token', 'image token') THEN round(o.price_usd * 1e6, 9) END AS per_million_then, n.per_million AS per_million_now,
	round(100.0 * (n.price - o.price_usd) / nullif(o.price_usd, 0), 2) AS change_pct
FROM (
	SELECT column1 AS days, strftime('%Y-%m-%dT%H:%M:%fZ', (
		SELECT max(observed_at) FROM sync_runs WHERE status IN ('changed', 'unchanged')), '-' || column1 || ' days') AS since
	FROM (VALUES (7), (30), (90))
) AS t
CROSS JOIN price_periods AS n
JOIN pricing_history AS o ON o.model_id = n.model_id AND o.component = n.component AND o.condition = n.condition
	AND o.valid_from <= t.since AND (o.valid_to IS NULL OR o.valid_to > t.since)
WHERE n.valid_until = '9999-12-31T23:59:59.999Z' AND n.dynamic = 0 AND o.dynamic = 0 AND o.price <> n.price_exact;
--> statement-breakpoint
-- What a model could do, and its limits, from valid_from to just before valid_until, which is never NULL; only while it was
-- listed. The lists are JSON arrays.
CREATE VIEW attributes_history AS
SELECT s.model_id, m.author, s.valid_from, s.valid_until, s.context_length, s.max_completion_tokens,
	CASE WHEN EXISTS (SELECT 1 FROM change_events AS e WHERE e.model_id = s.model_id AND e.field = 'architecture.modality' AND e.observed_at > s.valid_from)
		THEN (SELECT e.old_value FROM change_events AS e WHERE e.model_id = s.model_id AND e.field = 'architecture.modality'
			AND e.observed_at > s.valid_from ORDER BY e.observed_at LIMIT 1)
		ELSE m.modality END AS modality,
	CASE WHEN EXISTS (SELECT 1 FROM change_events AS e WHERE e.model_id = s.model_id AND e.field = 'architecture.input_modalities' AND e.observed_at > s.valid_from)
		THEN (SELECT e.old_value FROM change_events AS e WHERE e.model_id = s.model_id AND e.field = 'architecture.input_modalities'
			AND e.observed_at > s.valid_from ORDER BY e.observed_at LIMIT 1)
		ELSE m.input_modalities END AS input_modalities,
	CASE WHEN EXISTS (SELECT 1 FROM change_events AS e WHERE e.model_id = s.model_id AND e.field = 'architecture.output_modalities' AND e.observed_at > s.valid_from)
		THEN (SELECT e.old_value FROM change_events AS e WHERE e.model_id = s.model_id AND e.field = 'architecture.output_modalities'
			AND e.observed_at > s.valid_from ORDER BY e.observed_at LIMIT 1)
		ELSE m.output_modalities END AS output_modalities,
	CASE WHEN EXISTS (SELECT 1 FROM change_events AS e WHERE e.model_id = s.model_id AND e.field = 'supported_parameters' AND e.observed_at > s.valid_from)
		THEN (SELECT e.old_value FROM change_events AS e WHERE e.model_id = s.model_id AND e.field = 'supported_parameters'
			AND e.observed_at > s.valid_from ORDER BY e.observed_at LIMIT 1)
		ELSE m.supported_parameters END AS supported_parameters,
	CASE WHEN EXISTS (SELECT 1 FROM change_events AS e WHERE e.model_id = s.model_id AND e.field = 'architecture.tokenizer' AND e.observed_at > s.valid_from)
		THEN (SELECT e.old_value FROM change_events AS e WHERE e.model_id = s.model_id AND e.field = 'architecture.tokenizer'
			AND e.observed_at > s.valid_from ORDER BY e.observed_at LIMIT 1)
		ELSE m.tokenizer END AS tokenizer
FROM (
	SELECT l.model_id, l.context_length, l.max_completion_tokens, t.at AS valid_from,
		min(coalesce(l.valid_to, '9999-12-31T23:59:59.999Z'), coalesce(t.next, '9999-12-31T23:59:59.999Z')) AS valid_until
	FROM (
		SELECT model_id, at, lead(at) OVER (PARTITION BY model_id ORDER BY at) AS next
		FROM (
			SELECT model_id, valid_from AS at FROM provider_limits
			UNION
			SELECT model_id, observed_at FROM change_events WHERE field IN ('architecture.modality', 'architecture.input_modalities', 'architecture.output_modalities', 'supported_parameters', 'architecture.tokenizer')
		)
	) AS t
	JOIN provider_limits AS l ON l.model_id = t.model_id AND l.valid_from <= t.at AND (l.valid_to IS NULL OR l.valid_to > t.at)
) AS s JOIN models AS m ON m.id = s.model_id;
