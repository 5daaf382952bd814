import { expect, test } from 'vitest';
import { weekChart } from '../../../src/core/format/weekChart.ts';

const row = (price: string | null, condition = '', component = 'prompt') => {
  return { component, condition, price, dynamic: price === null };
};
const WORKDAYS = 'utc_days=monday+tuesday+wednesday+thursday+friday';

test('shows when which price holds in a week, days that are alike together', () => {
  const prices = [row('0.00000015'), row('0.0000003', `${WORKDAYS},utc_end=400,utc_start=100`)];
  expect(weekChart(prices, 'prompt')).toEqual([
    '          00          06          12          18          24 UTC',
    'Mon-Fri   ▁▁██████▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁',
    'Sat, Sun  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁',
    '          ▁ $0.15 /M   █ $0.30 /M',
  ]);
});

test('shows every day as one line where the days are alike, also in plain characters', () => {
  const prices = [row('1', 'utc_end=600,utc_start=1200'), row('2'), row(null, 'utc_end=1000,utc_start=600')];
  expect(weekChart(prices, 'prompt', { ascii: true })).toEqual([
    '           00          06          12          18          24 UTC',
    'every day  ------------________####------------------------',
    '           _ dynamic   - $1,000,000.00 /M   # $2,000,000.00 /M',
  ]);
});

test('is empty where nothing is scheduled', () => {
  expect(
    weekChart([row('1'), row('2', 'min_prompt_tokens=1'), row('3', 'utc_days=sunday', 'image')], 'prompt'),
  ).toEqual([]);
});
