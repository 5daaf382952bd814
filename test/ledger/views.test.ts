import { describe, expect, it } from 'vitest';
import { COMPONENTS } from '../../src/core/reading/components.ts';
import type { Ledger } from '../../src/ledger/store/open.ts';
import { documentOf } from '../core/documents.ts';
import { record } from '../ledgers.ts';
import { newLedger, rows } from './ledgers.ts';
import { snapshot } from './snapshots.ts';

const END = '9999-12-31T23:59:59.999Z';
const day = (date: string, time = '00:00'): string => `${date}T${time}:00.000Z`;

async function recorded(...lists: readonly (readonly [at: string, models: readonly unknown[]])[]): Promise<Ledger> {
  const ledger = await newLedger(':memory:');
  for (const [at, models] of lists) record(ledger, snapshot(at, models));
  return ledger;
}

const priced = (pricing: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  documentOf('a/1', { pricing, ...more });

/** Prices whose order as text is not the one of their amounts, in every view. */
const ODD = ['0.0000002', '0.00000000000000000000123', '12', '3', '0.000001'];

async function oddPrices(): Promise<Ledger> {
  const others = ODD.map((prompt, i) =>
    documentOf(`b/${i}`, {
      pricing: { prompt, overrides: [{ utc_days: ['sunday'], prompt: ODD[(i + 1) % ODD.length] }] },
      context_length: [9, 100_000][i % 2],
    }),
  );
  const later = ODD.map((_, i) =>
    documentOf(`b/${i}`, {
      pricing: {
        prompt: ODD[(i + 2) % ODD.length],
        overrides: [{ utc_days: ['sunday'], prompt: ODD[(i + 3) % ODD.length] }],
      },
      context_length: [8, 10_000][i % 2],
    }),
  );
  return recorded([day('2026-03-01'), others], [day('2026-04-02'), later], [day('2026-04-03'), later]);
}

describe('a naive question', () => {
  const NUMBERS =
    /^(?:(?:old_|new_|base_)?(?:price|limit|per_million)|(?:price|per_million)_(?:then|now)|lowest|mean|last|prompt|completion)$/;

  it('compares numbers in each view that has a price or a limit', async () => {
    const ledger = await oddPrices();
    const asked = rows(
      ledger,
      "SELECT v.name, c.name FROM sqlite_schema AS v, pragma_table_info(v.name) AS c WHERE v.type = 'view'",
    ).filter(([, column]) => NUMBERS.test(String(column)));
    expect(new Set(asked.map(([view]) => view))).toEqual(
      new Set([
        ...[
          'conditional_prices',
          'current_endpoints',
          'current_offers',
          'current_prices',
          'daily_prices',
          'limit_changes',
          'monthly_prices',
        ],
        ...['new_models', 'price_changes', 'price_moves', 'price_periods', 'recent_changes'],
      ]),
    );
    for (const [view, column] of asked) {
      for (const bound of [0.000001, 10, 50_000]) {
        const all = rows(ledger, `SELECT ${column} FROM ${view}`).flat();
        const below = all.filter((value) => value !== null && Number(value) < bound).length;
        expect([view, column, bound, rows(ledger, `SELECT count(*) FROM ${view} WHERE ${column} < ${bound}`)]).toEqual([
          ...[view, column, bound],
          [[below]],
        ]);
      }
    }
  });

  it('is a trap in the table, whose price is exact text, but for its number beside it', async () => {
    const ledger = await oddPrices();
    const count = (where: string) =>
      rows(ledger, `SELECT count(*) FROM pricing_history WHERE condition = '' AND ${where}`);
    expect([count('price < 5'), count('price_usd < 5')]).toEqual([[[10]], [[8]]]);
    expect([count('price < 0.000001'), count('price_usd < 0.000001')]).toEqual([[[6]], [[4]]]);
  });
});

describe('units', () => {
  it('are those that bills know', async () => {
    const ledger = await newLedger(':memory:');
    expect(rows(ledger, 'SELECT component, unit FROM components ORDER BY 1')).toEqual(
      [...COMPONENTS.map(({ component, unit }) => [component, unit]), ['discount', 'fraction']].sort(),
    );
  });

  it('tell a price per image from one per image token, and are unknown where upstream has not said', async () => {
    const ledger = await recorded(
      [day('2025-12-01'), [priced({ prompt: '0.000002', image: '0.0036', request: '0.01', teleport: '7' })]],
      [day('2026-02-01'), [priced({ prompt: '0.000002', image: '0.000002', request: '0.01', teleport: '7' })]],
    );
    expect(
      rows(ledger, 'SELECT component, unit, price, per_million, valid_until FROM price_periods ORDER BY 1, 5'),
    ).toEqual([
      ['image', 'image', 0.0036, null, day('2026-02-01')],
      ['image', 'image token', 0.000002, 2, END],
      ['prompt', 'token', 0.000002, 2, END],
      ['request', 'request', 0.01, null, END],
      ['teleport', null, 7, null, END],
    ]);
    expect(rows(ledger, 'SELECT prompt, image, image_each, request_each FROM current_prices')).toEqual([
      [2, 2, null, 0.01],
    ]);
    expect(rows(ledger, 'SELECT component, unit, old_price, new_per_million FROM price_changes')).toEqual([
      ['image', 'image token', 0.0036, 2],
    ]);
  });
});

describe('prices over time', () => {
  const HISTORY = [
    [day('2026-03-30', '12:00'), [priced({ prompt: '0.000004' })]],
    [day('2026-03-31', '06:00'), [priced({ prompt: '0.000002' })]],
    [day('2026-03-31', '18:00'), [priced({ prompt: '0.000003' })]],
    [day('2026-04-02', '00:00'), []],
    [day('2026-04-03', '12:00'), [priced({ prompt: '0.000006' })]],
    [day('2026-04-04', '00:00'), [priced({ prompt: '-1' })]],
  ] as const satisfies readonly (readonly [string, readonly unknown[]])[];
  const filler = documentOf('z/filler', { pricing: {} });
  const history = () => recorded(...HISTORY.map(([at, models]) => [at, [...models, filler]] as const));

  it('day by day are those that held last on it', async () => {
    const ledger = await history();
    expect(rows(ledger, 'SELECT day, per_million, price_exact, dynamic FROM daily_prices ORDER BY day')).toEqual([
      ['2026-03-30', 4, '0.000004', 0],
      ['2026-03-31', 3, '0.000003', 0],
      ['2026-04-01', 3, '0.000003', 0],
      ['2026-04-03', 6, '0.000006', 0],
      ['2026-04-04', null, null, 1],
    ]);
  });

  it('month by month are the lowest, the mean by time and the last', async () => {
    const ledger = await history();
    const said = 'month, lowest_per_million, mean_per_million, last_per_million, days';
    expect(rows(ledger, `SELECT ${said} FROM monthly_prices ORDER BY month`)).toEqual([
      ['2026-03', 2, 3.166666667, 3, 1.5],
      ['2026-04', 3, 4, 6, 1.5],
    ]);
  });

  it('move against what they were a week, a month and a quarter ago', async () => {
    const at = (prompt: string) => [priced({ prompt, completion: '1' }), documentOf('b/2', { pricing: { prompt } })];
    const ledger = await recorded(
      [day('2026-01-01'), at('0.000001')],
      [day('2026-03-15'), at('0.000002')],
      [day('2026-04-10'), [at('0.000003')[0]]],
    );
    expect(
      rows(
        ledger,
        'SELECT model_id, component, days, since, per_million_then, per_million_now, change_pct FROM price_moves ORDER BY days',
      ),
    ).toEqual([
      ['a/1', 'prompt', 7, day('2026-04-03'), 2, 3, 50],
      ['a/1', 'prompt', 30, day('2026-03-11'), 1, 3, 200],
      ['a/1', 'prompt', 90, day('2026-01-10'), 1, 3, 200],
    ]);
  });
});

describe('limits and abilities', () => {
  it('cut in several fields at once are one cut', async () => {
    const limits = (context: number, completion: number) =>
      priced(
        {},
        { context_length: context, top_provider: { context_length: context, max_completion_tokens: completion } },
      );
    const ledger = await recorded(
      [day('2026-03-01'), [limits(1000, 100)]],
      [day('2026-03-02'), [limits(500, 200)]],
      [day('2026-03-03'), [limits(600, 20)]],
    );
    expect(
      rows(
        ledger,
        `SELECT observed_at, old_context_length, new_context_length, old_max_completion_tokens,
      new_max_completion_tokens, change_pct FROM limit_cuts ORDER BY 1`,
      ),
    ).toEqual([
      [day('2026-03-02'), 1000, 500, null, null, -50],
      [day('2026-03-03'), null, null, 200, 20, -90],
    ]);
  });

  it('are told as they were at any instant, also across an absence', async () => {
    const able = (parameters: unknown, context: number) => [
      priced(
        {},
        { supported_parameters: parameters, context_length: context, architecture: { modality: 'text->text' } },
      ),
      documentOf('z/filler'),
    ];
    const ledger = await recorded(
      [day('2026-03-01'), able(['seed'], 10)],
      [day('2026-03-02'), able(['seed', 'tools'], 10)],
      [day('2026-03-03'), able(['seed', 'tools'], 20)],
      [day('2026-03-04'), [documentOf('z/filler')]],
      [day('2026-03-05'), able(undefined, 20)],
    );
    expect(
      rows(
        ledger,
        `SELECT valid_from, valid_until, context_length, supported_parameters, modality FROM attributes_history
      WHERE model_id = 'a/1' ORDER BY 1`,
      ),
    ).toEqual([
      [day('2026-03-01'), day('2026-03-02'), 10, '["seed"]', 'text->text'],
      [day('2026-03-02'), day('2026-03-03'), 10, '["seed","tools"]', 'text->text'],
      [day('2026-03-03'), day('2026-03-04'), 20, '["seed","tools"]', 'text->text'],
      [day('2026-03-05'), END, 20, null, 'text->text'],
    ]);
  });
});

describe('every view', () => {
  /** A row a model or a serving endpoint, with a column a component. */
  const WIDE = ['current_endpoints', 'current_offers', 'current_prices', 'new_models'];
  const OF_NO_MODEL = ['calendar', 'components', 'run_health'];
  const columnsOf = (ledger: Ledger): ReadonlyMap<string, readonly string[]> =>
    new Map(
      rows(
        ledger,
        `SELECT v.name, (SELECT group_concat(c.name) FROM pragma_table_info(v.name) AS c)
        FROM sqlite_schema AS v WHERE v.type = 'view' ORDER BY v.name`,
      ).map(([view, columns]) => [String(view), String(columns).split(',')]),
    );

  it('is joined by model_id, and has its author beside it where it tells of changes or of prices in a row each', async () => {
    const views = columnsOf(await newLedger(':memory:'));
    const without = (column: string) => [...views].filter(([, names]) => !names.includes(column)).map(([view]) => view);
    expect(without('model_id')).toEqual(OF_NO_MODEL);
    expect(without('author')).toEqual(['calendar', 'components', 'run_health']);
  });

  it('of prices says component, condition and unit apart', async () => {
    const views = columnsOf(await newLedger(':memory:'));
    const PRICE = /^(?:(?:old_|new_|base_)?price|price_(?:then|now)|lowest|verdict|component|condition|unit)$/;
    const long = [...views].filter(([, names]) => names.some((name) => PRICE.test(name)));
    expect(long.map(([view]) => view)).toEqual([
      ...['components', 'conditional_prices', 'daily_prices', 'headline_changes', 'monthly_prices', 'price_changes'],
      ...['price_moves', 'price_periods', 'recent_changes'],
    ]);
    for (const [view, names] of long.filter(([name]) => name !== 'components'))
      expect([
        view,
        ...['model_id', 'author', 'component', 'condition', 'unit'].filter((name) => names.includes(name)),
      ]).toEqual([view, 'model_id', 'author', 'component', 'condition', 'unit']);
    const components = new Set<string>(COMPONENTS.map(({ component }) => component));
    const wide = [...views].filter(([, names]) => names.some((name) => components.has(name)));
    expect(wide.map(([view]) => view)).toEqual(WIDE);
  });

  it('and every table means an amount by price, never a component', async () => {
    const ledger = await oddPrices();
    const found = rows(
      ledger,
      `SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
      WHERE t.type IN ('table', 'view') AND c.name LIKE '%price%' ORDER BY t.name, c.cid`,
    );
    expect(found.length).toBeGreaterThan(12);
    for (const [table, column] of found) {
      const strange = `SELECT DISTINCT "${column}" FROM ${table}
        WHERE "${column}" IS NOT NULL AND ("${column}" = '' OR "${column}" GLOB '*[^0-9.e+-]*')`;
      expect([table, column, rows(ledger, strange)]).toEqual([table, column, []]);
    }
  });
});
