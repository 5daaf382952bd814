-- A change of a listed price has its author, component, condition and unit here too, as in the other views of changes.
DROP VIEW headline_changes;--> statement-breakpoint
-- Each change of a listed price with what the endpoints say of it: `repriced` where the provider shown changed its price;
-- `other provider` where the new price was another endpoint's before and the old one still stands; `unknown` where no
-- two sweeps are near enough, or both fit, or neither. `before_sweep` and `after_sweep` are those two sweeps.
CREATE VIEW headline_changes AS
SELECT h.event_id, h.run_id, h.model_id, p.author, h.field, p.component, p.condition, p.unit, h.old_value, h.new_value, h.change_pct,
	h.cause, h.observed_at, h.previous_observed_at,
	CASE WHEN h.moved AND NOT h.shown THEN 'repriced' WHEN h.shown AND NOT h.moved THEN 'other provider' ELSE 'unknown' END AS verdict,
	h.before_sweep, h.after_sweep
FROM (
	SELECT i.*,
		EXISTS (
			SELECT 1 FROM endpoints AS e
			JOIN endpoint_prices AS o ON o.endpoint_id = e.id AND coalesce(o.price, 'dynamic') = i.old_value
				AND o.valid_from <= i.before_at AND (o.valid_to IS NULL OR o.valid_to > i.before_at)
			JOIN endpoint_prices AS n ON n.endpoint_id IN (e.id, (SELECT c.id FROM endpoints AS c WHERE c.continues = e.id
					AND c.model_id = e.model_id))
				AND n.component = o.component AND n.condition = o.condition AND coalesce(n.price, 'dynamic') = i.new_value
				AND n.valid_from <= i.after_at AND (n.valid_to IS NULL OR n.valid_to > i.after_at)
			WHERE e.model_id = i.model_id
				AND i.field = 'pricing.' || o.component || CASE o.condition WHEN '' THEN '' ELSE '[' || o.condition || ']' END
		) AS moved,
		EXISTS (
			SELECT 1 FROM endpoints AS e
			JOIN endpoint_prices AS o ON o.endpoint_id = e.id AND coalesce(o.price, 'dynamic') = i.new_value
				AND o.valid_from <= i.before_at AND (o.valid_to IS NULL OR o.valid_to > i.before_at)
			WHERE e.model_id = i.model_id
				AND i.field = 'pricing.' || o.component || CASE o.condition WHEN '' THEN '' ELSE '[' || o.condition || ']' END
		) AND EXISTS (
			SELECT 1 FROM endpoints AS e
			JOIN endpoint_prices AS o ON o.endpoint_id = e.id AND coalesce(o.price, 'dynamic') = i.old_value
				AND o.valid_from <= i.before_at AND (o.valid_to IS NULL OR o.valid_to > i.after_at)
			WHERE e.model_id = i.model_id
				AND i.field = 'pricing.' || o.component || CASE o.condition WHEN '' THEN '' ELSE '[' || o.condition || ']' END
		) AS shown
	FROM (
		SELECT b.*, (SELECT finished_at FROM endpoint_sweeps WHERE id = b.before_sweep) AS before_at,
			(SELECT finished_at FROM endpoint_sweeps WHERE id = b.after_sweep) AS after_at
		FROM (
			SELECT a.*, (
				SELECT s.id FROM endpoint_sweeps AS s
				WHERE s.finished_at IS NOT NULL
					AND s.started_at < (SELECT started_at FROM endpoint_sweeps WHERE id = a.after_sweep)
					AND s.started_at <= min(a.observed_at, strftime('%Y-%m-%dT%H:%M:%fZ', a.previous_observed_at, '+15 minutes'))
					AND s.started_at >= strftime('%Y-%m-%dT%H:%M:%fZ', a.previous_observed_at, '-26 hours')
					AND json_extract(s.answers, '$[' || a.number || ']') > 0
				ORDER BY s.started_at DESC LIMIT 1
			) AS before_sweep
			FROM (
				SELECT e.id AS event_id, e.run_id, e.model_id, e.field, e.old_value, e.new_value, e.change_pct, e.cause,
					e.observed_at, e.previous_observed_at, m.number, (
						SELECT s.id FROM endpoint_sweeps AS s
						WHERE s.finished_at >= e.observed_at
							AND s.started_at >= strftime('%Y-%m-%dT%H:%M:%fZ', e.observed_at, '-1 day')
							AND s.started_at <= strftime('%Y-%m-%dT%H:%M:%fZ', e.observed_at, '+26 hours')
							AND json_extract(s.answers, '$[' || m.number || ']') > 0
							AND json_extract(s.answers, '$[' || m.number || ']') - 1
								>= round((julianday(e.observed_at) - julianday(s.started_at)) * 86400000)
						ORDER BY s.started_at LIMIT 1
					) AS after_sweep
				FROM change_events AS e LEFT JOIN endpoint_models AS m ON m.model_id = e.model_id
				WHERE e.type = 'repriced'
			) AS a
		) AS b
	) AS i
) AS h JOIN price_changes AS p ON p.event_id = h.event_id;
