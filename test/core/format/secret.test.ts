import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRandom, secretParameters } from '../../../src/core/format/secretParameters.ts';

const secretsIn = (query: string): string[] => [...secretParameters(new URLSearchParams(query))];

describe('a parameter', () => {
  test.each([
    'sig',
    'pwd',
    'jwt',
    'code',
    'access',
    'X-Amz-Credential',
    'key',
    'api_key',
    'apiKey',
    'APIKEY',
    'AWSAccessKeyId',
    'auth',
    'X-Auth',
    'access_token',
    'accesskey',
    'password',
    'passwd',
    'client_secret',
    'session',
    'sid',
    'signature',
    'X-Goog-Signature',
    'hmac',
    'user',
    'otp',
    'x-functions-key',
    'ocp-apim-subscription-key',
    'sas',
    'ticket',
  ])('is secret by its name: %s', (name) => {
    expect(secretsIn(`${name}=a&output_modalities=all`)).toEqual([name]);
  });

  test.each([
    'output_modalities',
    'input_modalities',
    'supported_parameters',
    'category',
    'q',
    'sort',
    'min_price',
    'author',
    'authors',
    'provider',
    'limit',
    'offset',
    'use_rss',
    'context',
    'keyword',
    'since',
    'page',
    'zdr',
    'max_age',
    'series',
  ])('is none by its name: %s', (name) => {
    expect(secretsIn(`${name}=a`)).toEqual([]);
  });

  test.each([
    'sk-or-v1-0',
    'ghp_a',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
    '8f14e45f-ceea-467f-a8dd-d2f1f4b3c0aa',
    '5d41402abc4b2a76b9719d911017c592',
    'AKIAIOSFODNN7EXAMPLE',
    'dGhpcyBpcyBub3QgYSBzZWNyZXQ',
    'q7Zp2mK9xW4v',
    '12345678901234567890123456',
  ])('is secret by its value: %s', (value) => {
    expect(secretsIn(`x=${value}`)).toEqual(['x']);
  });

  test.each([
    'all',
    'text,image',
    'tools,structured_outputs,response_format',
    'meta-llama/llama-3.1-405b-instruct:free',
    'gpt-4o-mini',
    '2026-06-07T18:23:50.000Z',
    '20260607',
    '1749320630000',
    '0.0000001',
    'claude-3.5-sonnet-20241022',
    'true',
    'programming/legal',
    'deepseek-r1-distill-qwen-32b',
    'internationalization',
    '',
  ])('is none by its value: %j', (value) => {
    expect(secretsIn(`x=${encodeURIComponent(value)}`)).toEqual([]);
  });

  test('is secret with the signature that it belongs to', () => {
    const amazon = 'X-Amz-Algorithm=AWS4&X-Amz-Date=20260607T000000Z&X-Amz-Expires=60&X-Amz-Signature=a';
    const azure = 'sv=2024-01-01&se=2026-06-08&sr=b&sp=r&sig=a';
    const other = 'Expires=1749320630&Signature=a&Key-Pair-Id=b';
    for (const query of [amazon, azure, other]) {
      expect(secretsIn(`${query}&output_modalities=all`).sort()).toEqual([...new URLSearchParams(query).keys()].sort());
    }
    expect(secretsIn('date=2026-06-07')).toEqual([]);
  });
});

test('what is made by chance is seen in nearly all cases', () => {
  const digits = (alphabet: string, length: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
  const hex = digits('0123456789abcdef', 32);
  const base62 = digits('0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', 24);
  const values = fc.sample(fc.oneof(hex, base62), { numRuns: 2000, seed: 1 });
  expect(values.filter((value) => !isRandom(value)).length).toBeLessThan(20);
});
