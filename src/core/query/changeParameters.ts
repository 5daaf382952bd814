import * as z from 'zod';
import { CHANGE_TYPES } from '../diff/changes.ts';
import type { Instant } from '../time/instant.ts';
import { flag, type RawParameters, readParameters, readTimeParameter, splitList, whole } from './parameters.ts';

const MOST_TEXT = 300;
const text = z.string().max(MOST_TEXT, `expected at most ${MOST_TEXT} characters`);
const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_(\d{1,9})$/;

const types = text.transform((written, context) => {
  const wanted = splitList(written);
  if (wanted.every((type) => CHANGE_TYPES.some((known) => known === type))) return wanted;
  context.addIssue({ code: 'custom', message: `expected some of ${CHANGE_TYPES.join(', ')}` });
  return z.NEVER;
});

const OTHER_CURSOR = 'expected a cursor of an earlier answer';
const cursor = z
  .string()
  .regex(CURSOR, OTHER_CURSOR)
  .refine((written) => !Number.isNaN(Date.parse(written.split('_', 1)[0] ?? '')), OTHER_CURSOR);

export const CHANGE_PARAMETERS = {
  since: text.describe('From then on: 7d, 2026-07, 2026-07-03, 2026-07-03T18:00Z.'),
  until: text.describe('Up to then; a day or a month counts whole.'),
  model: text.describe('A glob of ids: openai/*, *:free, or an id; without a / also the part behind it.'),
  author: text.describe('One author.'),
  type: types.describe(`Comma list of ${CHANGE_TYPES.join(', ')}.`),
  field: text.describe('A glob of fields: prompt, pricing.*, context_length.'),
  min_percent: z
    .string()
    .regex(/^\d{1,6}(?:\.\d{1,6})?$/, 'expected a percentage such as 10')
    .transform(Number)
    .meta({ type: 'number', minimum: 0 })
    .describe('Only prices that moved at least so much, up or down.'),
  noise: flag.describe('Also what is not news: zero, clock, drift.'),
  all: flag.describe('Also the first run and what is not news.'),
  limit: whole(1, 1000).describe('At most this many; 100 by default.'),
  cursor: cursor.describe('Where an earlier answer ended.'),
  as_of: text.describe('What was known by then.'),
};

const Parameters = z.object(CHANGE_PARAMETERS).partial();

/** Which changes are wanted; `until` is the first instant that is not. */
export interface ChangeQuery {
  readonly since: Instant | undefined;
  readonly until: Instant | undefined;
  readonly models: readonly string[] | undefined;
  readonly author: string | undefined;
  readonly types: readonly string[] | undefined;
  readonly field: string | undefined;
  readonly minPercent: number | undefined;
  readonly noise: boolean;
  readonly firstRun: boolean;
  readonly limit: number;
  /** The run where an earlier answer ended, and how many of its events were in it. */
  readonly cursor: { readonly observedAt: Instant; readonly sent: number } | null;
}

const DEFAULT_LIMIT = 100;

/**
 * Reads the parameters of a list of changes.
 * @param usualLimit how many changes without the parameter `limit`
 * @throws ParameterError
 */
export function readChangeQuery(raw: RawParameters, now: () => Date, usualLimit = DEFAULT_LIMIT): ChangeQuery {
  const read = readParameters(Parameters, raw);
  const [, observedAt, sent] = CURSOR.exec(read.cursor ?? '') ?? [];
  return {
    since: read.since ? readTimeParameter('since', read.since, now).from : undefined,
    until: read.until ? readTimeParameter('until', read.until, now).until : undefined,
    models: read.model ? [read.model] : undefined,
    author: read.author || undefined,
    types: read.type?.length === 0 ? undefined : read.type,
    field: read.field || undefined,
    minPercent: read.min_percent,
    noise: read.noise === true || read.all === true,
    firstRun: read.all === true,
    limit: read.limit ?? usualLimit,
    cursor: observedAt === undefined ? null : { observedAt, sent: Number(sent) },
  };
}
