import { describe, expect, it, test } from 'vitest';
import { RejectedError } from '../../../src/core/errors.ts';
import { readModelList } from '../../../src/core/reading/list.ts';
import { catalogOf, documentOf } from '../documents.ts';

const [A, B, C] = ['a/1', 'b/2', 'c/3'].map((id) => documentOf(id));
const good = (count: number) => Array.from({ length: count }, (_, i) => documentOf(`good/${i}`));
const idsOf = (body: unknown): string[] => [...catalogOf(body).models.keys()];

/** What is wrong with entries that stand among enough good ones, by their position from 0. */
function quarantineOf(...entries: unknown[]) {
  const { quarantined } = catalogOf([...entries, ...good(20)]);
  return quarantined.map(({ position, entry }) => ({ position, id: entry.id, issue: entry.issues[0]?.reason }));
}

function rejection(body: unknown): { code: string; message: string; exitCode: number } | undefined {
  try {
    catalogOf(body);
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    const { code, message, exitCode } = error;
    return { code, message, exitCode };
  }
  return undefined;
}

describe('a model list', () => {
  it.each([
    ['an envelope', { data: [A, B] }],
    ['an envelope with paging', { data: [A, B], total_count: 2, links: { next: null } }],
    [
      'an envelope whose list comes last',
      { links: { next: null }, total_count: 2, other: [{ data: 1 }], data: [A, B] },
    ],
    ['an envelope with its count as text', { data: [A, B], total_count: '2' }],
    ['an envelope with words for a count', { data: [A, B], total_count: 'unknown' }],
    ['a bare array', [A, B]],
    ['oddly spaced', ` \n{ "data" :\t[ ${JSON.stringify(A)} ,\r\n ${JSON.stringify(B, null, 3)} ] } \n`],
    ['one behind a byte order mark', `\ufeff${JSON.stringify([A, B])}`],
    [
      'its pages in order',
      `${JSON.stringify({ data: [A], total_count: 2, links: { next: '/p2' } })}\n${JSON.stringify({ data: [B], total_count: 2, links: { next: null } })}`,
    ],
    [
      'its pages side by side',
      `${JSON.stringify({ data: [A], links: { next: '/p2' } })}${JSON.stringify({ data: [B] })}`,
    ],
    [
      'one with a page that is empty',
      `${JSON.stringify({ data: [A, B], links: { next: '/p2' } })}${JSON.stringify({ data: [] })}`,
    ],
  ])('may be %s', (_, body) => {
    expect(idsOf(body)).toEqual(['a/1', 'b/2']);
  });

  it('is cut into the exact bytes of its elements', () => {
    const texts = ['{"id":"a/1","pricing":{ }}', '{ "id" : "ä/2","pricing":{},"x":"]}\\"" }'];
    const { bytes, elements } = catalogOf(`{"data": [${texts.join(' , ')}]}`);
    expect(elements.map(({ start, end }) => bytes.toString('utf8', start, end))).toEqual(texts);
    expect(elements.map(({ entry }) => entry.text)).toEqual(texts);
  });
});

describe('an answer that is not a model list', () => {
  const cut = JSON.stringify({ data: [A, B] }).slice(0, 60);
  it.each([
    ['empty', '', 'empty_body', 'Upstream answered with an empty body.'],
    ['blank', ' \n', 'empty_body', 'Upstream answered with an empty body.'],
    ['HTML', '<!doctype html><p>', 'not_json', 'Upstream answered with a page of HTML or XML, not with a model list.'],
    ['a word', 'Bad gateway', 'not_json', 'The answer is not JSON at byte 0.'],
    ['a number', '42', 'no_data', 'The answer is a JSON number, not a model list ({"data": [...]} or [...]).'],
    ['a text', ' "soon"\n', 'no_data', 'The answer is a JSON string, not a model list ({"data": [...]} or [...]).'],
    ['null', '\ufeffnull', 'no_data', 'The answer is only null in JSON, not a model list ({"data": [...]} or [...]).'],
    [
      'a data file',
      'SQLite format 3\u0000',
      'not_json',
      'The answer is an SQLite database, which is not read here: --db names a data file.',
    ],
    ['UTF-16', '{\0"\0d\0', 'not_json', 'The answer is UTF-16, and UTF-8 was expected.'],
    ['a text and more', '"soon" {}', 'not_json', 'The answer is not JSON at byte 0.'],
    ['a number that is none', '4.2.1', 'not_json', 'The answer is not JSON at byte 0.'],
    ['a list of what is none', '[1 2]', 'not_json', 'The answer is not JSON at byte 3.'],
    ['a deep array that ends nowhere', '['.repeat(20_000), 'too_deep', 'The answer nests more than 10000 levels.'],
    [
      'a list of numbers',
      [1, 2],
      'too_many_invalid',
      '2 of 2 entries are invalid, the first: Invalid input: expected object, received number.',
    ],
    [
      'an archive',
      'PK\u0003\u0004xyz',
      'not_json',
      'The answer is a zip archive, which is not read here: unpack it first (unzip).',
    ],
    ['half a body', cut, 'cut_off', 'The answer ends in the middle, after 60 bytes.'],
    ['an empty list', { data: [] }, 'empty_list', 'Upstream answered with an empty list.'],
    ['an empty bare array', [], 'empty_list', 'Upstream answered with an empty list.'],
    ['an object without data', { models: [A] }, 'no_data', 'The answer has no "data" array.'],
    ['a large object without data', { 'a/1': 'x'.repeat(2 << 20) }, 'no_data', 'The answer has no "data" array.'],
    ['data that is no array', { data: { 0: A } }, 'no_data', 'The answer has no "data" array.'],
    ['data twice', `{"data":[${JSON.stringify(A)}],"data":[]}`, 'no_data', 'The answer has no "data" array.'],
    [
      'an error',
      { error: { code: 429, message: 'slow down' } },
      'error_object',
      'Upstream answered with an error: slow down.',
    ],
    ['an error in one word', { error: 'no' }, 'error_object', 'Upstream answered with an error.'],
    [
      'a count too high',
      { data: [A, B], total_count: 3 },
      'count_mismatch',
      'total_count says 3, the list has 2 entries.',
    ],
    [
      'a count written as text that is not theirs',
      { data: [A, B], total_count: '3' },
      'count_mismatch',
      'total_count says 3, the list has 2 entries.',
    ],
    [
      'a count too low',
      { data: [A, B], total_count: 1 },
      'count_mismatch',
      'total_count says 1, the list has 2 entries.',
    ],
    [
      'a count beyond doubles',
      `{"data":[${JSON.stringify(A)}],"total_count":1e400}`,
      'count_mismatch',
      'total_count says 1e400, the list has 1 entries.',
    ],
    [
      'a first page alone',
      { data: [A], links: { next: '/p2' } },
      'page_missing',
      'The answer is one page of several: it names a next one.',
    ],
    [
      'pages of a wrong count',
      `${JSON.stringify({ data: [A], total_count: 3, links: { next: 'x' } })}${JSON.stringify({ data: [B] })}`,
      'count_mismatch',
      'total_count says 3, the list has 2 entries.',
    ],
  ])('is rejected: %s', (_, body, code, message) => {
    expect(rejection(body)).toEqual({ code, message, exitCode: 4 });
  });

  const element = JSON.stringify(A);
  it.each([
    `[${element},]`,
    `[${element} ${element}]`,
    `[,${element}]`,
    `[${element}}`,
    `[${element}] x`,
    `[${element}][${element}]`,
    `{"data":[${element}],}`,
    `{"data":[${element}] "x":1}`,
    `{"data":[${element}],"x":}`,
    `{"data":[${element}],x:1}`,
    `{"data" [${element}]}`,
    `{"data":[${element}],"total_count":01}`,
    '[{"id":"a/1","pricing":{},}]',
    '[{"id":"a/1" "pricing":{}}]',
    '[{"id":"a/1","pricing":{"prompt":NaN}}]',
    "[{'id':'a/1','pricing':{}}]",
    `<<<<<<< HEAD\n[${element}]\n=======`,
  ])('is rejected where its JSON is broken: %s', (body) => {
    expect(rejection(body)?.code).toBe('not_json');
  });

  it.each([
    ['in an element', '[{"id":"a/1","pricing":{},"x":"', '"}]'],
    ['in its envelope', `{"data":[${JSON.stringify(A)}],"x":"`, '"}'],
  ])('is rejected where it is not UTF-8 %s', (_, before, after) => {
    const body = Buffer.concat([Buffer.from(before), Buffer.from([0xc3, 0x28]), Buffer.from(after)]);
    expect(rejection(body)?.code).toBe('not_utf8');
  });

  it('is rejected when more than one entry in five is invalid, and not at one in five', () => {
    const broken = [{ id: 'x/1' }, { id: 'x/2' }];
    expect(rejection([...broken, ...good(7)])).toEqual({
      code: 'too_many_invalid',
      message: '2 of 9 entries are invalid, the first at pricing: Invalid input: expected object, received undefined.',
      exitCode: 4,
    });
    expect(catalogOf([...broken, ...good(8)]).quarantined.length).toBe(2);
  });
});

describe('the quarantine', () => {
  it.each(['9007199254740993', '123456789012345678901234567890', '1e400'])(
    'names a number beyond what is counted by its digits: %s',
    (number) => {
      const entry = JSON.stringify({ id: 'x/1', created: 0, pricing: {} }).replace(
        '"created":0',
        `"created":${number}`,
      );
      const { quarantined } = readModelList(Buffer.from(`[${entry},${good(8).map((one) => JSON.stringify(one))}]`));
      const reasons = quarantined.map(({ entry: { issues } }) => issues);
      expect(reasons).toEqual([[{ path: 'created', reason: `${number} is not a number that can stand here` }]]);
    },
  );

  it('takes a bad entry alone', () => {
    expect(quarantineOf(A, { id: 'x/1' }, { pricing: {} }, null)).toEqual([
      { position: 1, id: 'x/1', issue: 'Invalid input: expected object, received undefined' },
      { position: 2, id: null, issue: 'Invalid input: expected string, received undefined' },
      { position: 3, id: null, issue: 'Invalid input: expected object, received null' },
    ]);
  });

  it('does not take an equal entry again, however its keys stand', () => {
    const [reordered, spaced] = [Object.fromEntries(Object.entries(A ?? {}).reverse()), JSON.stringify(A, null, 1)];
    expect(quarantineOf(A, A, reordered, JSON.parse(spaced))).toEqual([]);
    expect(idsOf([A, A, reordered])).toEqual(['a/1']);
  });

  it('takes a later entry with the same id and other content; the first stands', () => {
    const other = { ...A, name: 'other' };
    expect(quarantineOf(A, other)).toEqual([
      { position: 1, id: 'a/1', issue: 'this id stands in the list already, with other content' },
    ]);
    expect(catalogOf([A, other, ...good(8)]).models.get('a/1')?.model?.document).toEqual(A);
  });

  it('does not let a bad entry shadow a good one of its id', () => {
    const { models, quarantined } = catalogOf([{ id: 'a/1' }, A, ...good(8)]);
    expect(models.get('a/1')?.model?.document).toEqual(A);
    expect(quarantined.map(({ position }) => position)).toEqual([0]);
  });
});

describe('a list read with one that is known', () => {
  const known = catalogOf([A, B, { id: 'x/1' }, ...good(8)]);

  it('takes over the entries whose bytes are the same, wherever they stand', () => {
    const read = catalogOf([B, ...good(8), { ...C }, A], known);
    expect(read.models.get('a/1')).toBe(known.models.get('a/1'));
    expect(read.models.get('b/2')).toBe(known.models.get('b/2'));
    expect([...read.models.keys()]).toEqual(['b/2', ...good(8).map(({ id }) => id), 'c/3', 'a/1']);
  });

  it('reads what is new as if nothing were known', () => {
    const body = [{ ...A, name: 'longer than before' }, B, { id: 'x/1' }, { id: 'x/12', pricing: {} }, ...good(9)];
    const [read, fresh] = [catalogOf(body, known), catalogOf(body)];
    expect([...read.models.values()]).toEqual([...fresh.models.values()]);
    expect(read.quarantined).toEqual(fresh.quarantined);
  });

  it('finds broken JSON behind bytes that are known', () => {
    const text = JSON.stringify([A, B]);
    expect(() => catalogOf(`${text.slice(0, -1)},]`, known)).toThrow('not JSON');
    expect(() => catalogOf(text.slice(0, -3), known)).toThrow('The answer ends in the middle');
  });
});

describe('an entry that differs in its benchmarks alone', () => {
  const entry = (rest: string): string => `{"id":"a/1","pricing":{},"name":"${'long '.repeat(20)}",${rest}}`;
  const wrap = (rest: string): string =>
    `[${entry(rest)},${good(8)
      .map((one) => JSON.stringify(one))
      .join()}]`;
  const read = (before: string, after: string) => {
    const known = catalogOf(wrap(before));
    return { was: known.elements[0]?.entry, is: catalogOf(wrap(after), known).elements[0]?.entry };
  };

  it('keeps its model and has its own text', () => {
    const [before, after] = ['"benchmarks":{"s":[1,"}"]},"x":1', '"benchmarks":null,"x":1'];
    const { was, is } = read(before, after);
    expect(is?.model).toBe(was?.model);
    expect(is?.text).toBe(entry(after));
  });

  it.each([
    ['stand inside another key', '"x":{"benchmarks":1}', '"x":{"benchmarks":2}'],
    [
      'stand inside another key, before its own',
      '"x":{"benchmarks":1},"benchmarks" :1',
      '"x":{"benchmarks":2},"benchmarks" :1',
    ],
    [
      'stand inside another key, its own being escaped',
      '"x":{"benchmarks":1},"\\u0062enchmarks":1',
      '"x":{"benchmarks":2},"\\u0062enchmarks":1',
    ],
    ['are words', '"x":"\\"benchmarks\\":1"', '"x":"\\"benchmarks\\":2"'],
    ['are repeated', '"benchmarks":1,"x":1,"benchmarks":3', '"benchmarks":1,"x":2,"benchmarks":3'],
    ['are followed by a change', '"benchmarks":1,"x":1', '"benchmarks":2,"x":2'],
  ])('is told from one whose benchmarks %s', (_, before, after) => {
    const { is } = read(before, after);
    expect(is?.model?.leaves).toEqual(catalogOf(wrap(after)).elements[0]?.entry.model?.leaves);
  });

  it('is not believed where they are broken or too deep', () => {
    expect(() => read('"benchmarks":1', '"benchmarks":1e')).toThrow('not JSON');
    expect(() => read('"benchmarks":1', '"benchmarks":')).toThrow('not JSON');
    expect(read('"benchmarks":1', `"benchmarks":${'['.repeat(64)}${']'.repeat(64)}`).is?.model).toBeNull();
  });

  it.each([62, 63, 64])('is as deep as without a list that is known: %d levels around a long number', (levels) => {
    const after = `"benchmarks":${'['.repeat(levels)}0.12345678901234567890${']'.repeat(levels)}`;
    const isModel = catalogOf(wrap(after)).elements[0]?.entry.model !== null;
    expect(isModel).toBe(levels < 64);
    expect(read('"benchmarks":1', after).is?.model !== null).toBe(isModel);
  });
});

test('ids called __proto__ and constructor are ids like any other', () => {
  expect(idsOf([documentOf('__proto__'), documentOf('constructor'), documentOf('__proto__')])).toEqual([
    '__proto__',
    'constructor',
  ]);
});
