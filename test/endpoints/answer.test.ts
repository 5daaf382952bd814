import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../src/core/endpoints/answer.ts';
import { stripTelemetry } from '../../src/core/endpoints/telemetry.ts';
import { messageOf } from '../../src/core/errors.ts';

const read = (text: string, model?: string) => readAnswer(Buffer.from(text), model);
const rejectionOf = (text: string, model?: string): unknown => {
  try {
    read(text, model);
    return undefined;
  } catch (error) {
    return error;
  }
};
const codeOf = (text: string, model?: string): unknown => {
  const error = rejectionOf(text, model);
  return error instanceof Error && 'code' in error ? error.code : error;
};

describe('an answer about endpoints', () => {
  it('is kept to the byte but for the values of telemetry keys', () => {
    const text = `{ "data" : {"id":"a/1","status":5,"endpoints": [ {"status" : -2,"tag":"\\"status\\"", "\\u0073tatus":[{"a":"}"}],
      "uptime_last_1d":null,"nested":{"status":1},"latency_last_30m":{"p50":1.50}} , 7, {} ] , "status": 1 } }\n`;
    const { bytes, telemetry } = stripTelemetry(Buffer.from(text));
    expect(bytes.toString()).toBe(
      text.replace('"status" : -2', '"status" : null').replace('[{"a":"}"}]', 'null').replace('{"p50":1.50}', 'null'),
    );
    expect(telemetry.map((one) => [...one])).toEqual([
      [
        ['status', '[{"a":"}"}]'],
        ['uptime_last_1d', 'null'],
        ['latency_last_30m', '{"p50":1.50}'],
      ],
      [],
      [],
    ]);
  });

  it('may be what stands under data alone, as recordings have it', () => {
    expect(read('{"id":"a/1","endpoints":[]}').model).toBe('a/1');
  });

  it.each([
    ['', 'empty_body'],
    ['<html>', 'not_json'],
    ['{"data":{"id":"a/1","endpoints":[{]}', 'not_json'],
    ['{"data":{"id":"a/1"', 'cut_off'],
    ['[]', 'no_endpoints'],
    ['"no"', 'no_endpoints'],
    ['{"data":{"id":"a/1","endpoints":{}}}', 'no_endpoints'],
    ['{"error":{"code":500}}', 'no_endpoints'],
    ['{"data":{"id":"a/2","endpoints":[]}}', 'other_model'],
    [`{"data":{"id":"a/1","endpoints":[${Array(501).fill('{}').join()}]}}`, 'too_large'],
    [`{"data":{"id":"a/1","endpoints":[${'['.repeat(100)}${']'.repeat(100)}]}}`, 'too_deep'],
  ])('%s is none: %s', (text, code) => {
    expect(codeOf(text, 'a/1')).toBe(code);
  });

  it('is told for what it is where it is JSON and no object', () => {
    const words = (text: string): string => messageOf(rejectionOf(text, 'a/1'));
    const not = 'not an answer about endpoints ({"data": {"endpoints": [...]}}).';
    expect(words('\n[{"id":"a/1"}]')).toBe(`The answer is a JSON array, ${not}`);
    expect(words('"no"')).toBe(`The answer is a JSON string, ${not}`);
    expect(words('true')).toBe(`The answer is only true in JSON, ${not}`);
    expect(words('[1 2]')).toBe('The answer is not JSON at byte 0.');
  });

  /** So many endpoints, each with so many prices and so many keys beside what every one has. */
  const many = (endpoints: number, prices: number, keys: number): string => {
    const pricing = Object.fromEntries(Array.from({ length: prices }, (_, i) => [`p${i}`, '1']));
    const more = Object.fromEntries(Array.from({ length: keys }, (_, i) => [`k${i}`, 1]));
    const all = Array.from({ length: endpoints }, () => ({ provider_name: 'P', pricing, ...more }));
    return JSON.stringify({ data: { id: 'a/1', endpoints: all } });
  };

  it.each<[number, number, number, string | undefined]>([
    [500, 20, 0, undefined],
    [500, 21, 0, 'too_large'],
    [501, 1, 0, 'too_large'],
    [500, 1, 99, undefined],
    [500, 1, 100, 'too_large'],
  ])('with %i endpoints of %i prices and %i further keys is %4$s', (endpoints, prices, keys, code) => {
    expect(codeOf(many(endpoints, prices, keys), 'a/1')).toBe(code);
  });
});

it('a byte order mark in front of an answer is passed over, as in front of a list', () => {
  const text = '{"data":{"id":"a/1","endpoints":[]}}';
  expect(read(`\ufeff${text}`)).toEqual(read(text));
});
