import { describe, expect, test } from 'vitest';
import { conditionWords } from '../../../src/core/format/conditionWords.ts';
import {
  arrow,
  dollars,
  pctWords,
  perMillion,
  priceWords,
  repricedWords,
} from '../../../src/core/format/priceWords.ts';

describe('prices', () => {
  test.each([
    ['0.0000006', '$0.60'],
    ['0.000000066', '$0.066'],
    ['0.00125', '$1,250.00'],
    ['0.0000010', '$1.00'],
    ['0', '$0.00'],
    ['1.2345', '$1,234,500.00'],
    ['0.00000008333333333333334', '$0.08333333333333334'],
    ['0.00000000000000000000001', '$0.00000000000000001'],
    ['dynamic', 'dynamic'],
  ])('%s a token is %s a million', (price, expected) => {
    expect(perMillion(price)).toBe(expected);
  });

  test('an amount keeps every digit and has at least two decimals', () => {
    expect(['0', '5', '0.1', '83333.33333333334', '1e-7'].map(dollars)).toEqual([
      '$0.00',
      '$5.00',
      '$0.10',
      '$83,333.33333333334',
      '$0.0000001',
    ]);
  });

  test.each([
    ['prompt', '0.0000006', '$0.60 /M'],
    ['input_cache_write_1h', '0.00001', '$10.00 /M'],
    ['image_output', '0.00003', '$30.00 /M'],
    ['image', '0.04', '$0.04 /image or image token'],
    ['request', '0.01', '$0.01 /request'],
    ['web_search', '0.005', '$5.00 /K searches'],
    ['discount', '0.25', '25 %'],
    ['video_second', '0.1', '$0.10 /unit'],
    ['prompt', 'dynamic', 'dynamic'],
  ])('a price of %s, %s, reads %s', (component, price, expected) => {
    expect(priceWords(component, price)).toBe(expected);
  });

  test.each([
    ['image', '$0.001238 /image'],
    ['image token', '$1,238.00 /M image tokens'],
  ] as const)('a price of image, where it is known to be one per %s, reads %s', (unit, expected) => {
    expect(priceWords('image', '0.001238', unit)).toBe(expected);
  });
});

describe('conditions', () => {
  test.each([
    ['', ''],
    ['min_prompt_tokens=128000', 'above 128k prompt tokens'],
    ['min_prompt_tokens=131072', 'above 131,072 prompt tokens'],
    ['min_prompt_tokens=1000000', 'above 1M prompt tokens'],
    ['utc_end=400,utc_start=100', '01:00-04:00 UTC'],
    ['utc_end=330,utc_start=2230', '22:30-03:30 UTC'],
    ['utc_end=2400,utc_start=0', '00:00-24:00 UTC'],
    ['utc_end=0,utc_start=1000', '10:00-24:00 UTC'],
    ['utc_end=600,utc_start=600', '00:00-24:00 UTC'],
    ['utc_days=saturday+sunday', 'Sat, Sun UTC'],
    ['utc_days=monday+wednesday+thursday+friday,utc_end=400,utc_start=100', 'Mon, Wed-Fri 01:00-04:00 UTC'],
    ['utc_days=monday+tuesday+wednesday+thursday+friday+saturday+sunday', 'every day UTC'],
    [
      'min_prompt_tokens=32000,utc_days=saturday+sunday,utc_end=400,utc_start=100',
      'above 32k prompt tokens and Sat, Sun 01:00-04:00 UTC',
    ],
    ['min_prompt_tokens=32000,utc_end=400,utc_start=100', 'above 32k prompt tokens and 01:00-04:00 UTC'],
    ['region=eu', 'region=eu'],
    ['min_prompt_tokens=32000,utc_days=[0,6]', 'above 32k prompt tokens and utc_days=[0,6]'],
    ['utc_start=100', 'utc_start=100'],
  ])('"%s" reads "%s"', (condition, expected) => {
    expect(conditionWords(condition)).toBe(expected);
  });
});

describe('changes', () => {
  test.each([
    [-89.2, '-89 %'],
    [-89, '-89 %'],
    [3.44, '+3.4 %'],
    [-0.5, '-0.5 %'],
    [0.004, '+0.004 %'],
    [-99.6, '-99.6 %'],
    [-99.96, '-99.96 %'],
    [250, '+250 %'],
    [123_456.7, '+123,457 %'],
    [0, '0 %'],
    [null, ''],
  ])('%s percent reads "%s"', (pct, expected) => {
    expect(pctWords(pct)).toBe(expected);
  });

  test('the direction shows without colour, and without Unicode', () => {
    expect([arrow('2', '1'), arrow('1', '2'), arrow('1', '1.0'), arrow(null, '1'), arrow('1', 'dynamic')]).toEqual([
      '▼',
      '▲',
      '',
      '',
      '',
    ]);
    expect([arrow('2', '1', { ascii: true }), arrow('1', '2', { ascii: true })]).toEqual(['v', '^']);
  });

  test.each([
    ['a cut', 'prompt', '0.0000006', '0.000000066', -89, '$0.60 -> $0.066 /M  ▼ -89 %'],
    ['a rise from zero', 'web_search', '0', '0.005', null, '$0.00 -> $5.00 /K searches  ▲'],
    ['a new price', 'image', null, '0.04', null, 'none -> $0.04 /image or image token'],
    ['a price that went', 'image', '0.04', null, null, '$0.04 /image or image token -> none'],
    ['a price that became dynamic', 'prompt', '0.0000006', 'dynamic', null, '$0.60 /M -> dynamic'],
    ['a discount', 'discount', '0.1', '0.25', 150, '10 -> 25 %  ▲ +150 %'],
  ])('%s', (_, component, before, after, pct, expected) => {
    expect(repricedWords(component, before, after, pct)).toBe(expected);
  });

  test('a cut in ASCII', () => {
    expect(repricedWords('prompt', '0.0000006', '0.000000066', -89, { ascii: true })).toBe(
      '$0.60 -> $0.066 /M  v -89 %',
    );
  });
});
