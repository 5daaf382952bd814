-- Intervals of one key never overlap, whoever writes them.
CREATE TRIGGER endpoint_prices_no_overlap BEFORE INSERT ON endpoint_prices
WHEN EXISTS (
	SELECT 1 FROM endpoint_prices AS p
	WHERE p.endpoint_id = NEW.endpoint_id AND p.component = NEW.component AND p.condition = NEW.condition
		AND (p.valid_to IS NULL OR p.valid_to > NEW.valid_from) AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to)
)
BEGIN SELECT RAISE(ABORT, 'endpoint_prices: intervals of one price overlap'); END;
--> statement-breakpoint
CREATE TRIGGER endpoint_prices_no_overlap_later BEFORE UPDATE OF endpoint_id, component, condition, valid_from, valid_to ON endpoint_prices
WHEN EXISTS (
	SELECT 1 FROM endpoint_prices AS p
	WHERE p.id <> NEW.id AND p.endpoint_id = NEW.endpoint_id AND p.component = NEW.component AND p.condition = NEW.condition
		AND (p.valid_to IS NULL OR p.valid_to > NEW.valid_from) AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to)
)
BEGIN SELECT RAISE(ABORT, 'endpoint_prices: intervals of one price overlap'); END;
--> statement-breakpoint
CREATE TRIGGER endpoint_limits_no_overlap BEFORE INSERT ON endpoint_limits
WHEN EXISTS (
	SELECT 1 FROM endpoint_limits AS p
	WHERE p.endpoint_id = NEW.endpoint_id
		AND (p.valid_to IS NULL OR p.valid_to > NEW.valid_from) AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to)
)
BEGIN SELECT RAISE(ABORT, 'endpoint_limits: intervals of one endpoint overlap'); END;
--> statement-breakpoint
CREATE TRIGGER endpoint_limits_no_overlap_later BEFORE UPDATE OF endpoint_id, valid_from, valid_to ON endpoint_limits
WHEN EXISTS (
	SELECT 1 FROM endpoint_limits AS p
	WHERE p.id <> NEW.id AND p.endpoint_id = NEW.endpoint_id
		AND (p.valid_to IS NULL OR p.valid_to > NEW.valid_from) AND (NEW.valid_to IS NULL OR p.valid_from < NEW.valid_to)
)
BEGIN SELECT RAISE(ABORT, 'endpoint_limits: intervals of one endpoint overlap'); END;
--> statement-breakpoint
-- Who serves what now: prices in USD per million tokens, for reading; the exact decimals are in endpoint_prices.
CREATE VIEW current_endpoints AS
SELECT e.id AS endpoint_id, e.model_id, e.provider, e.tag, e.quantization, e.twin,
	max(CASE p.component WHEN 'prompt' THEN p.per_million END) AS prompt,
	max(CASE p.component WHEN 'completion' THEN p.per_million END) AS completion,
	max(CASE p.component WHEN 'input_cache_read' THEN p.per_million END) AS input_cache_read,
	max(CASE p.component WHEN 'input_cache_write' THEN p.per_million END) AS input_cache_write,
	coalesce(max(p.dynamic), 0) AS dynamic,
	coalesce(sum(p.condition <> ''), 0) AS conditional_prices,
	l.context_length, l.max_prompt_tokens, l.max_completion_tokens, e.first_seen_at
FROM endpoints AS e
JOIN endpoint_limits AS l ON l.endpoint_id = e.id AND l.valid_to IS NULL
LEFT JOIN (
	SELECT endpoint_id, component, condition, dynamic,
		CASE WHEN condition = '' THEN round(CAST(price AS REAL) * 1e6, 9) END AS per_million
	FROM endpoint_prices WHERE valid_to IS NULL
) AS p ON p.endpoint_id = e.id
WHERE e.missing_since IS NULL
GROUP BY e.id;
--> statement-breakpoint
-- Each change of a listed price with what the endpoints say of it: `repriced` where the provider shown changed its price;
-- `other provider` where the new price was another endpoint's before and the old one still stands; `unknown` where no
-- two sweeps are near enough, or both fit, or neither. `before_sweep` and `after_sweep` are those two sweeps.
CREATE VIEW headline_changes AS
WITH changes AS (
	SELECT e.id AS event_id, e.run_id, e.model_id, e.field, e.old_value, e.new_value, e.change_pct, e.cause, e.observed_at,
		e.previous_observed_at, m.number
	FROM change_events AS e LEFT JOIN endpoint_models AS m ON m.model_id = e.model_id
	WHERE e.type = 'repriced'
), after_it AS (
	SELECT c.*, (
		SELECT s.id FROM endpoint_sweeps AS s
		WHERE s.finished_at >= c.observed_at
			AND s.started_at <= strftime('%Y-%m-%dT%H:%M:%fZ', c.observed_at, '+26 hours')
			AND json_extract(s.answers, '$[' || c.number || ']') - 1
				>= round((julianday(c.observed_at) - julianday(s.started_at)) * 86400000)
			AND json_extract(s.answers, '$[' || c.number || ']') > 0
		ORDER BY s.started_at LIMIT 1
	) AS after_sweep
	FROM changes AS c
), between_both AS (
	SELECT a.*, (
		SELECT s.id FROM endpoint_sweeps AS s
		WHERE s.id <> a.after_sweep AND s.finished_at IS NOT NULL
			AND s.started_at < (SELECT started_at FROM endpoint_sweeps WHERE id = a.after_sweep)
			AND s.started_at <= min(a.observed_at, strftime('%Y-%m-%dT%H:%M:%fZ', a.previous_observed_at, '+15 minutes'))
			AND s.started_at >= strftime('%Y-%m-%dT%H:%M:%fZ', a.previous_observed_at, '-26 hours')
			AND json_extract(s.answers, '$[' || a.number || ']') > 0
		ORDER BY s.started_at DESC LIMIT 1
	) AS before_sweep
	FROM after_it AS a
), instants AS (
	SELECT b.*, (SELECT finished_at FROM endpoint_sweeps WHERE id = b.before_sweep) AS before_at,
		(SELECT finished_at FROM endpoint_sweeps WHERE id = b.after_sweep) AS after_at
	FROM between_both AS b
), pairs AS (
	SELECT i.event_id, old.endpoint_id,
		coalesce(old.price, 'dynamic') AS was, coalesce(now.price, 'dynamic') AS became
	FROM instants AS i
	JOIN endpoints AS e ON e.model_id = i.model_id
	JOIN endpoint_prices AS old ON old.endpoint_id = e.id
		AND old.valid_from <= i.before_at AND (old.valid_to IS NULL OR old.valid_to > i.before_at)
	JOIN endpoint_prices AS now ON now.endpoint_id = e.id AND now.component = old.component AND now.condition = old.condition
		AND now.valid_from <= i.after_at AND (now.valid_to IS NULL OR now.valid_to > i.after_at)
	WHERE i.field = 'pricing.' || old.component || CASE old.condition WHEN '' THEN '' ELSE '[' || old.condition || ']' END
), judged AS (
	SELECT i.*,
		EXISTS (SELECT 1 FROM pairs AS p WHERE p.event_id = i.event_id AND p.was = i.old_value AND p.became = i.new_value)
			AS moved,
		EXISTS (SELECT 1 FROM pairs AS p WHERE p.event_id = i.event_id AND p.was = i.new_value)
			AND EXISTS (SELECT 1 FROM pairs AS p WHERE p.event_id = i.event_id AND p.was = i.old_value AND p.became = i.old_value)
			AS shown
	FROM instants AS i
)
SELECT event_id, run_id, model_id, field, old_value, new_value, change_pct, cause, observed_at, previous_observed_at,
	CASE WHEN moved AND NOT shown THEN 'repriced' WHEN shown AND NOT moved THEN 'other provider' ELSE 'unknown' END AS verdict,
	before_sweep, after_sweep
FROM judged;
