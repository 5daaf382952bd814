import { check, index, integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import { interval, isInterval, priceChecks, priceColumns } from '../../store/schema/columns.ts';
import { ofEndpoint } from './endpoints.ts';
import { endpointSweeps } from './sweeps.ts';

const ofSweeps = () => interval(() => endpointSweeps.id);

/** What each component cost at each endpoint, and when: half-open intervals that never overlap. */
export const endpointPrices = sqliteTable(
  'endpoint_prices',
  {
    id: integer().primaryKey(),
    endpointId: ofEndpoint(),
    ...priceColumns(),
    ...ofSweeps(),
  },
  (t) => [
    index('endpoint_prices_key').on(t.endpointId, t.component, t.condition, t.validFrom),
    ...priceChecks('endpoint_prices', t),
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

export const OF_ENDPOINTS = {
  prices: endpointPrices,
  limits: endpointLimits,
  owner: { key: 'endpointId', ofPrices: endpointPrices.endpointId, ofLimits: endpointLimits.endpointId },
};
