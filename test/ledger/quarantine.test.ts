import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/store/open.ts';
import { documentOf } from '../core/documents.ts';
import { newLedger, recordAll, rows } from './ledgers.ts';
import { hour } from './snapshots.ts';

const GOOD = Array.from({ length: 10 }, (_, i) => documentOf(`m/${i}`));
const [FIRST = {}, ...REST] = GOOD;
const runs = (ledger: Ledger) =>
  rows(ledger, 'SELECT status, model_count, removed, quarantined FROM sync_runs ORDER BY id');

describe('a bad entry', () => {
  it('goes to quarantine with what is wrong, and stops nothing', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [FIRST, { id: 'x/1', pricing: { prompt: 'free' } }, ...REST]);
    expect(rows(ledger, 'SELECT id, run_id, position, model_id, issues, document FROM quarantine')).toEqual([
      [
        ...[1, 1, 1, 'x/1', '[{"path":"pricing.prompt","reason":"not a decimal amount: \\"free\\""}]'],
        '{"id":"x/1","pricing":{"prompt":"free"}}',
      ],
    ]);
    expect(runs(ledger)).toEqual([['changed', 11, 0, 1]]);
    expect(rows(ledger, "SELECT count(*) FROM models WHERE id = 'x/1'")).toEqual([[0]]);
  });

  it.each([
    ['whose pricing is missing', { id: 'm/0', name: 'new' }],
    ['whose price is none', { ...FIRST, name: 'new', pricing: { prompt: '0x10' } }],
    ['whose id is missing', { ...FIRST, id: undefined, pricing: { prompt: '9' } }],
    ['whose id is missing with all that tells whose it is', { pricing: { prompt: '9' } }],
    ['that is null', null],
    ['nested too deep', `{"id":"m/0","pricing":{},"x":${'['.repeat(500)}${']'.repeat(500)}}`],
  ])('%s leaves its model in its last good state', async (_, bad) => {
    const ledger = await newLedger();
    const text = typeof bad === 'string' ? bad : JSON.stringify(bad);
    recordAll(ledger, GOOD, `[${text},${REST.map((one) => JSON.stringify(one)).join()}]`, GOOD);
    expect(runs(ledger)).toEqual([
      ['changed', 10, 0, 0],
      ['unchanged', 10, 0, 1],
      ['unchanged', 10, 0, 0],
    ]);
    expect(rows(ledger, "SELECT name, last_seen_at FROM models WHERE id = 'm/0'")).toEqual([['The model m/0', null]]);
    expect(rows(ledger, "SELECT price, valid_from, valid_to FROM pricing_history WHERE model_id = 'm/0'")).toEqual([
      ['0.000001', hour(0), null],
    ]);
  });

  it('is compared with its last good state when it is good again', async () => {
    const ledger = await newLedger();
    recordAll(ledger, GOOD, [{ id: 'm/0' }, ...REST], [{ ...FIRST, name: 'new' }, ...REST]);
    expect(
      rows(
        ledger,
        'SELECT model_id, type, old_value, new_value, observed_at, previous_observed_at FROM change_events WHERE run_id > 1',
      ),
    ).toEqual([['m/0', 'updated', 'The model m/0', 'new', hour(2), hour(1)]]);
  });

  it('of a removed model does not bring it back', async () => {
    const ledger = await newLedger();
    recordAll(ledger, GOOD, REST, [{ id: 'm/0' }, ...REST]);
    expect(rows(ledger, "SELECT type FROM change_events WHERE model_id = 'm/0' ORDER BY id")).toEqual([
      ['added'],
      ['removed'],
    ]);
  });

  it('that came again in other bytes is told for each run', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [{ id: 'x' }, ...GOOD], [...GOOD, { id: 'x' }], [...GOOD, { id: 'x' }]);
    expect(rows(ledger, 'SELECT run_id, position FROM quarantine')).toEqual([
      [1, 0],
      [2, 10],
    ]);
    expect(rows(ledger, 'SELECT quarantined FROM sync_runs')).toEqual([[1], [1], [0]]);
  });
});

describe('two entries with one id', () => {
  it('count once when they are equal', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [...GOOD, FIRST, Object.fromEntries(Object.entries(FIRST).reverse())]);
    expect(runs(ledger)).toEqual([['changed', 10, 0, 0]]);
  });

  it('that differ are the first, the later in quarantine', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [...GOOD, { ...FIRST, name: 'other' }]);
    expect(rows(ledger, 'SELECT position, model_id, issues FROM quarantine')).toEqual([
      [10, 'm/0', '[{"path":"id","reason":"this id stands in the list already, with other content"}]'],
    ]);
    expect(rows(ledger, "SELECT name FROM models WHERE id = 'm/0'")).toEqual([['The model m/0']]);
  });
});

describe('an answer that is no list', () => {
  it.each([
    ['HTML', '<html></html>', 'not_json', 'Upstream answered with a page of HTML or XML, not with a model list.'],
    ['half a body', JSON.stringify(GOOD).slice(0, 100), 'cut_off', 'The answer ends in the middle, after 100 bytes.'],
    ['an empty list', '{"data":[]}', 'empty_list', 'Upstream answered with an empty list.'],
    [
      'not UTF-8',
      Buffer.from([...Buffer.from('[{"id":"'), 0xff, ...Buffer.from('"}]')]),
      'not_utf8',
      'The answer is not UTF-8 between bytes 1 and 11.',
    ],
    [
      'mostly broken',
      [...GOOD, {}, {}, {}],
      'too_many_invalid',
      '3 of 13 entries are invalid, the first at id: Invalid input: expected string, received undefined.',
    ],
  ])('is rejected and changes nothing: %s', async (_, body, code, message) => {
    const ledger = await newLedger();
    recordAll(ledger, GOOD, body, GOOD);
    expect(rows(ledger, 'SELECT status, error_code, error_message, model_count FROM sync_runs')).toEqual([
      ['changed', null, null, 10],
      ['rejected', code, message, null],
      ['unchanged', null, null, 10],
    ]);
    expect(rows(ledger, 'SELECT count(*) FROM change_events WHERE run_id > 1')).toEqual([[0]]);
    expect(rows(ledger, 'SELECT count(*) FROM quarantine')).toEqual([[0]]);
  });

  it('may be the first', async () => {
    const ledger = await newLedger();
    recordAll(ledger, '', GOOD);
    expect(rows(ledger, 'SELECT status, added FROM sync_runs')).toEqual([
      ['rejected', 0],
      ['changed', 10],
    ]);
  });
});
