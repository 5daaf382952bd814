import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { differencesBetween } from '../../src/ledger/queries/difference.ts';
import { eventsOf, findEvents } from '../../src/ledger/queries/events.ts';
import { addContext } from '../../src/ledger/queries/eventsWithContext.ts';
import { listingAt, pricesAt } from '../../src/ledger/queries/listing.ts';
import { findModel, limitsAt, preparePriceHistory } from '../../src/ledger/queries/model.ts';
import { PriceBook } from '../../src/ledger/queries/priceBook.ts';
import { type Ledger, openForWriting } from '../../src/ledger/store/open.ts';
import { openOrm } from '../../src/ledger/store/orm.ts';
import { newFolder } from '../program/program.ts';

/** An empty data file, and every statement that is run on it, values filled in. */
async function openWatched(): Promise<{ ledger: Ledger; statements: string[] }> {
  const file = join(newFolder(), 'ledger.db');
  (await openForWriting(file)).close();
  const statements: string[] = [];
  const verbose = (statement?: unknown): void => void statements.push(String(statement));
  const sqlite = new Database(file, { readonly: true, verbose });
  const ledger = {
    file,
    sqlite,
    orm: openOrm(sqlite),
    isNew: false,
    isUntouched: true,
    checkInPlace: () => {},
    close: () => sqlite.close(),
  };
  onTestFinished(() => void sqlite.close());
  return { ledger, statements };
}

/** How each statement finds its rows of the tables that grow with the years. */
function plans(ledger: Ledger, statements: readonly string[]): string[] {
  return [...statements].flatMap((statement) =>
    ledger.sqlite
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement}`)
      .all()
      .map(({ detail }) => detail)
      .filter((detail) =>
        /^(?:SCAN|SEARCH) (?:e|p|l|r|sync_runs|change_events|pricing_history|provider_limits)\b/.test(detail),
      ),
  );
}

const AT = '2026-05-03T00:00:00.000Z';
const LATER = '2026-06-03T00:00:00.000Z';

test.each<[string, (ledger: Ledger) => unknown, string[]]>([
  [
    'the newest changes, in the order of the runs, so that a limit ends the reading',
    (ledger) => [
      ...findEvents(ledger, { since: AT, until: LATER, models: ['a/*'], types: ['added'], field: 'prompt' }),
    ],
    [
      'SEARCH r USING INDEX sync_runs_observed (observed_at>? AND observed_at<?)',
      'SEARCH e USING INDEX change_events_run (run_id=?)',
    ],
  ],
  [
    'the events of a model',
    (ledger) => eventsOf(ledger, 'a/b'),
    ['SEARCH e USING INDEX change_events_model (model_id=?)'],
  ],
  [
    'what a newcomer was offered for',
    (ledger) => [...addContext(ledger, [{ ...EVENT, type: 'added' }])],
    [
      'SEARCH pricing_history USING INDEX pricing_history_key (model_id=? AND component=? AND condition=? AND valid_from<?)',
      'SEARCH provider_limits USING INDEX provider_limits_model (model_id=?)',
    ],
  ],
  [
    'how long a removed model had lived',
    (ledger) => [...addContext(ledger, [{ ...EVENT, type: 'removed' }])],
    [
      'SEARCH change_events USING INDEX change_events_model (model_id=?)',
      'SEARCH pricing_history USING INDEX pricing_history_key (model_id=? AND component=? AND condition=? AND valid_from<?)',
      'SEARCH provider_limits USING INDEX provider_limits_model (model_id=?)',
    ],
  ],
  [
    'the price list now',
    (ledger) => listingAt(ledger, null),
    [
      'SEARCH l USING INDEX provider_limits_model (model_id=?)',
      'SEARCH p USING INDEX pricing_history_open (valid_to=?)',
    ],
  ],
  [
    'the price list of an instant, for which every price is looked at once',
    (ledger) => pricesAt(ledger, AT),
    ['SEARCH l USING INDEX provider_limits_model (model_id=?)', 'SCAN p'],
  ],
  [
    'a model at an instant',
    (ledger) => [findModel(ledger, 'a/b', AT), limitsAt(ledger, 'a/b', AT), preparePriceHistory(ledger)('a/b')],
    [
      'SEARCH provider_limits USING INDEX provider_limits_model (model_id=?)',
      'SEARCH pricing_history USING INDEX pricing_history_key (model_id=?)',
    ],
  ],
])('%s', async (_, ask, expected) => {
  const { ledger, statements } = await openWatched();
  ask(ledger);
  expect(plans(ledger, statements.splice(0))).toEqual(expected);
});

test('what differs between two instants reads two price lists, and the runs between them only', async () => {
  const { ledger, statements } = await openWatched();
  differencesBetween(ledger, { from: AT, to: LATER }, {});
  const found = plans(ledger, statements.splice(0));
  expect(found.filter((plan) => plan.startsWith('SCAN'))).toEqual(['SCAN p', 'SCAN p']);
  expect(found).toContain('SEARCH r USING INDEX sync_runs_observed (observed_at>? AND observed_at<?)');
});

test('a bill reads the rows of its model', async () => {
  const { ledger, statements } = await openWatched();
  const book = await PriceBook.open(ledger, ['a/b']);
  book.pricesFor('a/b', AT, new Date(AT), new Map());
  expect(new Set(plans(ledger, statements.splice(0)))).toEqual(
    new Set([
      'SEARCH pricing_history USING COVERING INDEX pricing_history_key (model_id=?)',
      'SEARCH pricing_history USING INDEX pricing_history_key (model_id=?)',
    ]),
  );
});

const EVENT = {
  ...{ run: 1, observedAt: LATER, previousObservedAt: AT, model: 'a/b', field: null, before: null, after: null },
  ...{ cause: null, changePct: null },
};
