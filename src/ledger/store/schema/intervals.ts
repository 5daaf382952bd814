import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import { interval, isInterval, priceChecks, priceColumns } from './columns.ts';
import { ofModel } from './models.ts';
import { syncRuns } from './runs.ts';

const ofRuns = () => interval(() => syncRuns.id);

/** What each component of each model cost, and when: half-open intervals that never overlap. */
export const pricingHistory = sqliteTable(
  'pricing_history',
  {
    id: integer().primaryKey(),
    modelId: ofModel(),
    ...priceColumns(),
    ...ofRuns(),
  },
  (t) => [
    index('pricing_history_key').on(t.modelId, t.component, t.condition, t.validFrom),
    index('pricing_history_open').on(t.validTo).where(sql`${t.validTo} IS NULL`),
    ...priceChecks('pricing_history', t),
  ],
);

/** Each model's limits in tokens, and when: half-open intervals that never overlap. */
export const providerLimits = sqliteTable(
  'provider_limits',
  {
    id: integer().primaryKey(),
    modelId: ofModel(),
    contextLength: integer('context_length'),
    topProviderContextLength: integer('top_provider_context_length'),
    maxCompletionTokens: integer('max_completion_tokens'),
    isModerated: integer('is_moderated', { mode: 'boolean' }),
    requestPromptTokens: integer('request_prompt_tokens'),
    requestCompletionTokens: integer('request_completion_tokens'),
    ...ofRuns(),
  },
  (t) => [
    index('provider_limits_model').on(t.modelId),
    check('provider_limits_interval', isInterval(t)),
    check('provider_limits_moderated', sql`${t.isModerated} IS NULL OR ${t.isModerated} IN (0, 1)`),
  ],
);

export const OF_MODELS = {
  prices: pricingHistory,
  limits: providerLimits,
  owner: { key: 'modelId', ofPrices: pricingHistory.modelId, ofLimits: providerLimits.modelId },
};
