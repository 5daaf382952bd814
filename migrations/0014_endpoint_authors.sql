-- Who serves what now has its author here too, as in the other views of prices.
DROP VIEW current_endpoints;--> statement-breakpoint
-- Who serves what now: prices in USD per million tokens, for reading; the exact decimals are in endpoint_prices.
CREATE VIEW current_endpoints AS
SELECT e.id AS endpoint_id, e.model_id, m.author, e.provider, e.tag, e.quantization, e.twin,
	max(CASE p.component WHEN 'prompt' THEN p.per_million END) AS prompt,
	max(CASE p.component WHEN 'completion' THEN p.per_million END) AS completion,
	max(CASE p.component WHEN 'input_cache_read' THEN p.per_million END) AS input_cache_read,
	max(CASE p.component WHEN 'input_cache_write' THEN p.per_million END) AS input_cache_write,
	coalesce(max(p.dynamic), 0) AS dynamic,
	coalesce(sum(p.condition <> ''), 0) AS conditional_prices,
	l.context_length, l.max_prompt_tokens, l.max_completion_tokens, e.first_seen_at
FROM endpoints AS e
JOIN endpoint_limits AS l ON l.endpoint_id = e.id AND l.valid_to IS NULL
LEFT JOIN models AS m ON m.id = e.model_id
LEFT JOIN (
	SELECT endpoint_id, component, condition, dynamic,
		CASE WHEN condition = '' THEN round(CAST(price AS REAL) * 1e6, 9) END AS per_million
	FROM endpoint_prices WHERE valid_to IS NULL
) AS p ON p.endpoint_id = e.id
WHERE e.missing_since IS NULL
GROUP BY e.id;
