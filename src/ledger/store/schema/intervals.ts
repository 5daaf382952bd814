import { sql } from 'drizzle-orm';
import { check, index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { interval, isInterval, isPrice } from './columns.ts';
import { ofModel } from './models.ts';
import { syncRuns } from './runs.ts';

/** What holds of a model from an instant to another. */

const ofRuns = () => interval(() => syncRuns.id);

/** What each component of each model cost, and when: half-open intervals that never overlap. */
export const pricingHistory = sqliteTable(
  'pricing_history',
  {
    id: integer().primaryKey(),
    modelId: ofModel(),
    /** Upstream's key: `prompt`, `completion`, `input_cache_read`, … */
    component: text().notNull(),
    /** `''`: the base price; else the sorted conditions of its `overrides` entry. */
    condition: text().notNull(),
    /** Exact decimal USD per unit, which SQL compares as text; null when dynamic. */
    price: text(),
    /** The same as a number, to compare, sort and calculate with; rounded to what a double can hold. */
    priceUsd: real('price_usd').generatedAlwaysAs(sql`(CAST(price AS REAL))`, { mode: 'virtual' }),
    /** Decided per request. */
    dynamic: integer({ mode: 'boolean' }).notNull(),
    ...ofRuns(),
  },
  (t) => [
    index('pricing_history_key').on(t.modelId, t.component, t.condition, t.validFrom),
    index('pricing_history_open').on(t.validTo).where(sql`${t.validTo} IS NULL`),
    check('pricing_history_interval', isInterval(t)),
    check('pricing_history_dynamic', sql`${t.dynamic} IN (0, 1) AND (${t.price} IS NULL) = (${t.dynamic} = 1)`),
    check('pricing_history_price', isPrice(t.price)),
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
