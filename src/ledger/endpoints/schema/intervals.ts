import { sql } from 'drizzle-orm';
import { check, index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { interval, isInterval, isPrice } from '../../store/schema/columns.ts';
import { ofEndpoint } from './endpoints.ts';
import { endpointSweeps } from './sweeps.ts';

/** What holds of an endpoint from an instant to another. */

const ofSweeps = () => interval(() => endpointSweeps.id);

/** What each component cost at each endpoint, and when: half-open intervals that never overlap. */
export const endpointPrices = sqliteTable(
  'endpoint_prices',
  {
    id: integer().primaryKey(),
    endpointId: ofEndpoint(),
    component: text().notNull(),
    condition: text().notNull(),
    /** Exact decimal USD per unit, net of `discount`, which SQL compares as text; null when dynamic. */
    price: text(),
    /** The same as a number, to compare, sort and calculate with; rounded to what a double can hold. */
    priceUsd: real('price_usd').generatedAlwaysAs(sql`(CAST(price AS REAL))`, { mode: 'virtual' }),
    dynamic: integer().notNull(),
    ...ofSweeps(),
  },
  (t) => [
    index('endpoint_prices_key').on(t.endpointId, t.component, t.condition, t.validFrom),
    check('endpoint_prices_interval', isInterval(t)),
    check('endpoint_prices_dynamic', sql`${t.dynamic} IN (0, 1) AND (${t.price} IS NULL) = (${t.dynamic} = 1)`),
    check('endpoint_prices_price', isPrice(t.price)),
  ],
);

/** Each endpoint's limits in tokens, and when: half-open intervals that never overlap. */
export const endpointLimits = sqliteTable(
  'endpoint_limits',
  {
    id: integer().primaryKey(),
    endpointId: ofEndpoint(),
    contextLength: integer('context_length'),
    maxPromptTokens: integer('max_prompt_tokens'),
    maxCompletionTokens: integer('max_completion_tokens'),
    ...ofSweeps(),
  },
  (t) => [index('endpoint_limits_key').on(t.endpointId, t.validFrom), check('endpoint_limits_interval', isInterval(t))],
);
