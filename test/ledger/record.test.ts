import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../src/ledger/archive/hash.ts';
import { recordFailure, recordSame } from '../../src/ledger/record/runs.ts';
import { lastAccepted } from '../../src/ledger/record/timeline.ts';
import { documentOf } from '../core/documents.ts';
import { record } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { newLedger, readTables, recordAll, recordBatch, rows, select } from './ledgers.ts';
import { hour, snapshot } from './snapshots.ts';

const [A, B] = [documentOf('a/1'), documentOf('b/2')];
const many = (count: number, more = {}) => Array.from({ length: count }, (_, i) => documentOf(`m/${i}`, more));

const EVENTS = `SELECT model_id, type, field, old_value, new_value, cause, change_pct, observed_at, previous_observed_at
  FROM change_events ORDER BY id`;
const STATUSES = 'SELECT status FROM sync_runs ORDER BY observed_at';

describe('the first run', () => {
  it('adds every model, with nothing before it', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [A, B]);
    expect(rows(ledger, EVENTS)).toEqual([
      ['a/1', 'added', null, null, null, null, null, hour(0), null],
      ['b/2', 'added', null, null, null, null, null, hour(0), null],
    ]);
  });

  it('leaves one row that says all of it', async () => {
    const ledger = await newLedger();
    const body = JSON.stringify({ data: [A, B] });
    recordBatch(ledger, [
      snapshot(hour(0), body, {
        trigger: 'cron',
        source: 'https://example.org/models',
        httpStatus: 200,
        etag: '"x"',
        attempts: 2,
      }),
    ]);
    expect(select(ledger, 'SELECT * FROM sync_runs')).toEqual([
      {
        seal: expect.stringMatching(/^[0-9a-f]{16}$/),
        id: 1,
        trigger: 'cron',
        source: 'https://example.org/models',
        scope: 'output_modalities=all',
        started_at: hour(0),
        finished_at: hour(0),
        observed_at: hour(0),
        status: 'changed',
        attempts: 2,
        http_status: 200,
        etag: '"x"',
        body_sha256: hashOf(Buffer.from(body)),
        body_bytes: Buffer.byteLength(body),
        model_count: 2,
        added: 2,
        removed: 0,
        restored: 0,
        repriced: 0,
        limits_changed: 0,
        updated: 0,
        quarantined: 0,
        error_code: null,
        error_message: null,
      },
    ]);
  });
});

describe('a run', () => {
  it('records each change with both ends of the time in which it happened', async () => {
    const ledger = await newLedger();
    const changed = documentOf('a/1', { pricing: { prompt: '0.000002' }, context_length: 8192, name: 'new' });
    recordAll(ledger, [A], [changed]);
    const times = [hour(1), hour(0)];
    expect(rows(ledger, EVENTS).slice(1)).toEqual([
      ['a/1', 'repriced', 'pricing.prompt', '0.000001', '0.000002', null, 100, ...times],
      ['a/1', 'updated', 'name', 'The model a/1', 'new', null, null, ...times],
      ['a/1', 'limits_changed', 'context_length', '4096', '8192', null, null, ...times],
    ]);
  });

  it('counts its events by type', async () => {
    const ledger = await newLedger();
    recordAll(
      ledger,
      [A, B],
      [documentOf('a/1', { context_length: 1, name: 'x', pricing: {} }), documentOf('c/3')],
      [A, B],
    );
    expect(
      rows(ledger, 'SELECT added, removed, restored, repriced, limits_changed, updated, model_count FROM sync_runs'),
    ).toEqual([
      [2, 0, 0, 0, 0, 0, 2],
      [1, 1, 0, 1, 1, 1, 2],
      [0, 1, 1, 1, 1, 1, 2],
    ]);
  });

  it('with the bytes of the last writes one row and nothing else', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [A, B]);
    const others = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'sync_runs'";
    const dump = () => rows(ledger, others).map(([name]) => [name, rows(ledger, `SELECT * FROM "${name}"`)]);
    const before = dump();
    const recorded = record(ledger, snapshot(hour(1), [A, B]));
    expect(recorded).toEqual({ status: 'same', runId: 2, observedAt: hour(1), modelCount: 2 });
    expect(dump()).toEqual(before);
    expect(rows(ledger, 'SELECT observed_at, status, model_count FROM sync_runs')).toEqual([
      [hour(0), 'changed', 2],
      [hour(1), 'unchanged', 2],
    ]);
  });

  it('that was told nothing is new confirms the newest list with one row', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [A, B]);
    const { body: _, ...seen } = snapshot(hour(1), '', { httpStatus: 304, etag: '"x"' });
    const last = lastAccepted(ledger);
    expect(recordSame(ledger, seen, last?.sha256 ?? '')).toEqual({
      status: 'same',
      runId: 2,
      observedAt: hour(1),
      modelCount: 2,
    });
    const columns = 'status, http_status, etag, body_sha256, body_bytes, model_count';
    const [first, second] = rows(ledger, `SELECT ${columns} FROM sync_runs ORDER BY id`);
    expect(second).toEqual(['unchanged', 304, '"x"', ...(first?.slice(3) ?? [])]);
    record(ledger, snapshot(hour(2), [A]));
    expect(rows(ledger, "SELECT last_seen_at FROM models WHERE id = 'b/2'")).toEqual([[hour(1)]]);
  });

  it('that confirms a list which is no longer the newest is refused, and nothing is written', async () => {
    const ledger = await newLedger(join(newFolder(), 'ledger.db'));
    recordAll(ledger, [A], [A, B]);
    const { body: _, ...seen } = snapshot(hour(2), '', { httpStatus: 304 });
    const [first] = rows(ledger, 'SELECT body_sha256 FROM sync_runs').flat();
    expect(() => recordSame(ledger, seen, String(first))).toThrow(
      `Another run has written to ${ledger.file} meanwhile; nothing of this run was written.`,
    );
    expect(rows(ledger, 'SELECT count(*) FROM sync_runs')).toEqual([[2]]);
  });

  it('with other bytes and no difference that counts is unchanged, and its body is kept', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [A, { ...B, benchmarks: 1 }], [{ ...B, benchmarks: 2 }, A]);
    expect(rows(ledger, STATUSES)).toEqual([['changed'], ['unchanged']]);
    expect(rows(ledger, 'SELECT count(*) FROM archive')).toEqual([[2]]);
    expect(rows(ledger, "SELECT document ->> '$.benchmarks' FROM models WHERE id = 'b/2'")).toEqual([[2]]);
  });

  it('without an answer leaves a row and touches nothing', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [A]);
    const before = readTables(ledger);
    const { body: _, observedAt: __, isAccepted: ___, ...attempt } = snapshot(hour(1), '');
    recordFailure(ledger, { ...attempt, attempts: 5, httpStatus: 503 }, { code: 'http_503', message: 'busy' });
    const after = readTables(ledger);
    expect({ ...after, runs: [] }).toEqual({ ...before, runs: [] });
    expect(
      rows(
        ledger,
        'SELECT status, observed_at, attempts, http_status, error_code, error_message, body_sha256 FROM sync_runs WHERE id = 2',
      ),
    ).toEqual([['failed', null, 5, 503, 'http_503', 'busy', null]]);
  });

  it('that is dry gives its outcome and leaves no trace', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [A]);
    const before = readTables(ledger);
    const recorded = record(ledger, snapshot(hour(1), [A, B]), { dryRun: true });
    expect(recorded?.status).toBe('changed');
    expect(readTables(ledger)).toEqual(before);
    expect(rows(ledger, 'SELECT count(*) FROM archive')).toEqual([[1]]);
  });

  it('that fails half way leaves no trace', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [A]);
    const before = readTables(ledger);
    ledger.sqlite.exec(
      "CREATE TEMP TRIGGER full AFTER UPDATE ON main.sync_runs WHEN NEW.added = 1 BEGIN SELECT RAISE(ABORT, 'no room'); END",
    );
    expect(() => record(ledger, snapshot(hour(1), [A, B]))).toThrow('no room');
    expect(readTables(ledger)).toEqual(before);
    expect(rows(ledger, 'SELECT count(*) FROM archive')).toEqual([[1]]);
  });
});

describe('a model that left', () => {
  it('is removed, with the instant it was last seen, and keeps its document', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [A, B], [A, { ...B, name: 'last' }], [A]);
    expect(rows(ledger, 'SELECT id, name, first_seen_at, last_seen_at, removed_at FROM models')).toEqual([
      ['a/1', 'The model a/1', hour(0), null, null],
      ['b/2', 'last', hour(0), hour(1), hour(2)],
    ]);
  });

  it('has its prices and limits closed when it goes and opened anew when it returns, the same or not', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [A, B], [A], [A, B]);
    const interval = 'valid_from, valid_to, opened_by, closed_by';
    const intervals = [
      [hour(0), hour(1), 1, 2],
      [hour(2), null, 3, null],
    ];
    expect(rows(ledger, `SELECT ${interval} FROM pricing_history WHERE model_id = 'b/2'`)).toEqual(intervals);
    expect(rows(ledger, `SELECT ${interval} FROM provider_limits WHERE model_id = 'b/2'`)).toEqual(intervals);
  });

  it('and returns is restored, with its differences from the last document before it left', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [A, B], [A], [A, { ...B, name: 'new', pricing: { prompt: '0.000002' } }]);
    expect(
      rows(ledger, `${EVENTS.replace('ORDER', 'WHERE observed_at = (SELECT max(observed_at) FROM sync_runs) ORDER')}`),
    ).toEqual([
      ['b/2', 'restored', null, null, null, null, null, hour(2), hour(1)],
      ['b/2', 'repriced', 'pricing.prompt', '0.000001', '0.000002', null, 100, hour(2), hour(1)],
      ['b/2', 'updated', 'name', 'The model b/2', 'new', null, null, hour(2), hour(1)],
    ]);
    expect(rows(ledger, "SELECT first_seen_at, last_seen_at, removed_at FROM models WHERE id = 'b/2'")).toEqual([
      [hour(0), null, null],
    ]);
  });
});

describe('the histories', () => {
  const at = (instant: string): string =>
    `SELECT component, condition, price, dynamic FROM pricing_history
     WHERE valid_from <= '${instant}' AND (valid_to IS NULL OR valid_to > '${instant}') ORDER BY id`;

  it('give the price list of any instant, the beginning in and the end out', async () => {
    const ledger = await newLedger();
    const pricing = (prompt: string) => documentOf('a/1', { pricing: { prompt } });
    recordAll(ledger, [pricing('1')], [pricing('2')]);
    const prices = [
      '2026-02-28T23:59:59.999Z',
      hour(0),
      '2026-03-01T00:59:59.999Z',
      hour(1),
      '2030-01-01T00:00:00.000Z',
    ];
    expect(prices.map((instant) => rows(ledger, at(instant)).map(([, , price]) => price))).toEqual([
      [],
      ['1'],
      ['1'],
      ['2'],
      ['2'],
    ]);
  });

  it('keep dynamic, conditional, unknown and 23-digit prices exactly', async () => {
    const ledger = await newLedger();
    const overrides = [
      { min_prompt_tokens: 128000, prompt: '0.0000020' },
      { utc_start: 100, utc_end: 400, prompt: '3' },
    ];
    recordAll(ledger, [
      documentOf('a/1', { pricing: { prompt: '-1', teleport: '0.00000000000000000000123', discount: 0.1, overrides } }),
    ]);
    expect(rows(ledger, at(hour(0)))).toEqual([
      ['prompt', '', null, 1],
      ['teleport', '', '0.00000000000000000000123', 0],
      ['discount', '', '0.1', 0],
      ['prompt', 'min_prompt_tokens=128000', '0.000002', 0],
      ['prompt', 'utc_end=400,utc_start=100', '3', 0],
    ]);
  });

  it('hold limits as numbers, 0, 1 and NULL, and not what is no limit of theirs', async () => {
    const ledger = await newLedger();
    const provider = { context_length: 10, max_completion_tokens: null, is_moderated: true };
    const limits = { prompt_tokens: '7', completion_tokens: 8 };
    const document = (more: object) =>
      documentOf('a/1', { top_provider: { ...provider, ...more }, per_request_limits: limits });
    recordAll(ledger, [document({})], [document({ tone: 'x' })], [document({ tone: 'x', is_moderated: false })]);
    expect(
      rows(
        ledger,
        `SELECT context_length, top_provider_context_length, max_completion_tokens, is_moderated, request_prompt_tokens,
         request_completion_tokens, valid_from, valid_to FROM provider_limits`,
      ),
    ).toEqual([
      [4096, 10, null, 1, 7, 8, hour(0), hour(2)],
      [4096, 10, null, 0, 7, 8, hour(2), null],
    ]);
    expect(rows(ledger, "SELECT field FROM change_events WHERE type = 'limits_changed' ORDER BY id")).toEqual([
      ['top_provider.tone'],
      ['top_provider.is_moderated'],
    ]);
  });

  it('do not move where only the writing of a price changed', async () => {
    const ledger = await newLedger();
    const pricing = (prompt: unknown) => documentOf('a/1', { pricing: { prompt } });
    recordAll(ledger, [pricing('0.10')], [pricing('1e-1')], [pricing(0.1)]);
    expect(rows(ledger, 'SELECT price, valid_from, valid_to FROM pricing_history')).toEqual([['0.1', hour(0), null]]);
  });
});

describe('the columns of models', () => {
  const COLUMNS = `id, canonical_slug, name, author, created_at, description, tokenizer, instruct_type, modality, input_modalities,
    output_modalities, supported_parameters, hugging_face_id, knowledge_cutoff, expiration_date, alias_of`;

  it('are read from the document', async () => {
    const ledger = await newLedger();
    const document = {
      id: '~ann/x-latest',
      canonical_slug: 'ann/x-1',
      name: 'X "one"',
      pricing: {},
      created: 1700000000,
      description: 'words\nand words',
      architecture: {
        tokenizer: 'GPT',
        instruct_type: 'chatml',
        modality: 'text->text',
        input_modalities: ['text', 'image'],
        output_modalities: ['text'],
      },
      supported_parameters: ['tools'],
      hugging_face_id: 'ann/x',
      knowledge_cutoff: '2025-01',
      expiration_date: '2027-01-01',
      alias_target: { slug: 'ann/x-1' },
    };
    recordAll(ledger, [document]);
    expect(rows(ledger, `SELECT ${COLUMNS}, document FROM models`)).toEqual([
      [
        ...[
          '~ann/x-latest',
          'ann/x-1',
          'X "one"',
          'ann',
          '2023-11-14T22:13:20.000Z',
          'words\nand words',
          'GPT',
          'chatml',
        ],
        ...['text->text', '["text","image"]', '["text"]', '["tools"]', 'ann/x', '2025-01', '2027-01-01', 'ann/x-1'],
        JSON.stringify(document),
      ],
    ]);
  });

  it('are NULL where upstream says nothing', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [{ id: 'lonely', pricing: {} }]);
    expect(rows(ledger, `SELECT ${COLUMNS} FROM models`)).toEqual([
      ['lonely', null, null, 'lonely', ...Array.from({ length: 12 }, () => null)],
    ]);
  });

  it('take whatever type upstream sends', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [
      documentOf('a/1', {
        description: 7,
        canonical_slug: true,
        knowledge_cutoff: { year: 2025 },
        expiration_date: [1],
      }),
    ]);
    expect(rows(ledger, 'SELECT description, canonical_slug, knowledge_cutoff, expiration_date FROM models')).toEqual([
      ['7', '1', '{"year":2025}', '[1]'],
    ]);
  });

  it('hold ids that are words of JavaScript', async () => {
    const ledger = await newLedger();
    recordAll(ledger, [documentOf('__proto__'), documentOf('constructor')], [documentOf('__proto__', { name: 'x' })]);
    expect(rows(ledger, 'SELECT id, name, removed_at FROM models ORDER BY id')).toEqual([
      ['__proto__', 'x', null],
      ['constructor', 'The model constructor', hour(1)],
    ]);
  });

  it('tell ids apart that join to the same text', async () => {
    const ledger = await newLedger();
    const [one, two] = [
      { id: 'a', pricing: { bc: '1' } },
      { id: 'ab', pricing: { c: '2' } },
    ];
    recordAll(ledger, [one, two]);
    expect(rows(ledger, 'SELECT model_id, component, price FROM pricing_history')).toEqual([
      ['a', 'bc', '1'],
      ['ab', 'c', '2'],
    ]);
  });
});

describe('odd texts', () => {
  it('are kept in events as they are, a lone surrogate as its escape', async () => {
    const ledger = await newLedger();
    const named = (name: string) => `[{"id":"a/1","pricing":{},"name":"${name}"}]`;
    recordAll(ledger, named('\\u0000\\u001b[31m'), named('x\\ud800'), named('\u{1f600}\\u202e'));
    expect(rows(ledger, "SELECT old_value, new_value FROM change_events WHERE field = 'name' ORDER BY id")).toEqual([
      ['\u0000\u001b[31m', 'x\\ud800'],
      ['x\\ud800', '\u{1f600}\u202e'],
    ]);
  });

  it('leave only text that every reader of UTF-8 can read, in every table and view', async () => {
    const ledger = await newLedger();
    const half = '\\ud83d';
    const alias = `{"id":"~a/latest","pricing":{},"alias_target":"a/${half}","name":"${half}"}`;
    recordAll(
      ledger,
      `[${alias},${Array.from({ length: 9 }, (_, i) => `{"id":"a/${i}","pricing":{}}`).join()},{"id":"${half}"}]`,
      `{"error":{"message":"${half} \\u0000"}}`,
      // Cut after so many characters, a whole one would be halved.
      `{"error":{"message":"${'x'.repeat(299)}\u{1f600}"}}`,
      `[{"id":"a/1","pricing":{"prompt":"${'x'.repeat(78)}\u{1f600}"}}]`,
    );
    const told = rows(ledger, 'SELECT error_message FROM sync_runs ORDER BY id').flat();
    expect(told).toEqual([
      null,
      'Upstream answered with an error: \\u{d83d} \\u{0}.',
      `Upstream answered with an error: ${'x'.repeat(299)}….`,
      `1 of 1 entries are invalid, the first at pricing.prompt: not a decimal amount: "${'x'.repeat(78)}….`,
    ]);
    const tables = rows(
      ledger,
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name <> 'archive_packs'",
    );
    for (const [name] of tables)
      expect(JSON.stringify(rows(ledger, `SELECT * FROM "${name}"`))).not.toContain('\ufffd');
  });

  it('never stop a run where two keys would be stored as one', async () => {
    const ledger = await newLedger();
    const pricing = (price: string) => `[{"id":"a/1","pricing":{"\\ud800":"${price}","\\ud801":"2"},"\\ud800":1}]`;
    recordAll(ledger, pricing('1'), pricing('3'));
    expect(rows(ledger, STATUSES)).toEqual([['changed'], ['changed']]);
    expect(rows(ledger, 'SELECT component, price, valid_to FROM pricing_history ORDER BY id')).toEqual([
      ['\\ud800', '1', hour(1)],
      ['\\ud801', '2', null],
      ['\\ud800', '3', null],
    ]);
  });

  it('may be numbers that no double holds', async () => {
    const ledger = await newLedger();
    const numbered = (n: string) => `[{"id":"a/1","pricing":{},"serial":${n}}]`;
    recordAll(ledger, numbered('9007199254740993'), numbered('9007199254740992'), numbered('1e400'));
    expect(rows(ledger, "SELECT old_value, new_value FROM change_events WHERE field = 'serial' ORDER BY id")).toEqual([
      ['9007199254740993', '9007199254740992'],
      ['9007199254740992', '1e400'],
    ]);
  });
});

describe('a wider scope', () => {
  const inScope = (hours: number, scope: string, documents: unknown[]) =>
    snapshot(hour(hours), documents, { scope: `output_modalities=${scope}` });

  it('has newcomers with nothing before them; all else has', async () => {
    const ledger = await newLedger();
    recordBatch(ledger, [
      inScope(0, 'text', [A, B]),
      inScope(1, 'text', [A]),
      inScope(2, 'all', [{ ...A, name: 'new' }, B, documentOf('c/3')]),
      inScope(3, 'all', [A, B, documentOf('c/3'), documentOf('d/4')]),
    ]);
    expect(
      rows(
        ledger,
        'SELECT model_id, type, observed_at, previous_observed_at FROM change_events WHERE observed_at > (SELECT min(observed_at) FROM sync_runs) ORDER BY id',
      ),
    ).toEqual([
      ['b/2', 'removed', hour(1), hour(0)],
      ['a/1', 'updated', hour(2), hour(1)],
      ['b/2', 'restored', hour(2), hour(1)],
      ['c/3', 'added', hour(2), null],
      ['a/1', 'updated', hour(3), hour(2)],
      ['d/4', 'added', hour(3), hour(2)],
    ]);
  });

  it.each([
    ['in a run of its own', false],
    ['in one batch', true],
  ])('with the same bytes is recorded as wider all the same, each %s', async (_, isBatch) => {
    const ledger = await newLedger();
    const lists = [inScope(0, 'text', [A]), inScope(1, 'all', [A]), inScope(2, 'all', [A]), inScope(3, 'all', [A, B])];
    if (isBatch) recordBatch(ledger, lists);
    else for (const one of lists) record(ledger, one);
    expect(rows(ledger, 'SELECT scope, status FROM sync_runs ORDER BY id')).toEqual([
      ['output_modalities=text', 'changed'],
      ['output_modalities=all', 'unchanged'],
      ['output_modalities=all', 'unchanged'],
      ['output_modalities=all', 'changed'],
    ]);
    expect(rows(ledger, "SELECT previous_observed_at FROM change_events WHERE model_id = 'b/2'")).toEqual([[hour(2)]]);
  });
});

describe('drift', () => {
  it('is one row, and its events are marked', async () => {
    const ledger = await newLedger();
    const before = many(12);
    const after = [
      ...many(10, { links: { details: 'x' } }),
      ...before.slice(10, 11),
      documentOf('m/11', { name: 'new' }),
    ];
    recordAll(ledger, before, after);
    expect(rows(ledger, 'SELECT run_id, key_path, kind, models, compared, observed_at FROM schema_drift')).toEqual([
      [2, 'links.details', 'appeared', 10, 12, hour(1)],
    ]);
    expect(rows(ledger, "SELECT cause, count(*) FROM change_events WHERE type = 'updated' GROUP BY cause")).toEqual([
      [null, 1],
      ['drift', 10],
    ]);
    expect(rows(ledger, 'SELECT status, updated FROM sync_runs WHERE id = 2')).toEqual([['changed', 11]]);
  });
});

it('the document is the newest one, also where only what is volatile has changed', async () => {
  const ledger = await newLedger();
  recordAll(ledger, [{ ...A, benchmarks: { elo: 1 } }], [{ ...A, benchmarks: { elo: 2, rank: { arena: 3 } } }]);
  expect(rows(ledger, "SELECT document ->> '$.benchmarks' FROM models")).toEqual([['{"elo":2,"rank":{"arena":3}}']]);
});
