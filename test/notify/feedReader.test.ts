import { parseAtomFeed, parseJsonFeed } from 'feedsmith';
import { expect, test } from 'vitest';
import { linksBelow, writeFeeds } from '../../src/notify/feed.ts';

test('a feed reader reads both feeds as they were meant', () => {
  const nothing = { field: null, before: null, after: null, cause: null, changePct: null, about: null };
  const events = [{ model: 'a/<b>&', type: 'removed', ...nothing }] as const;
  const entries = [{ model: 'a/<b>&', observedAt: '2026-06-07T18:23:50.000Z', events }];
  const { atom, json } = writeFeeds(entries, linksBelow(new URL('https://me.example/feeds')));
  const [read] = parseAtomFeed(atom).entries ?? [];
  expect([read?.title, read?.updated, read?.links?.[0]?.href, read?.content]).toEqual([
    { value: 'a/&lt;b&gt;&amp; removed', type: 'html' },
    '2026-06-07T18:23:50.000Z',
    'https://openrouter.ai/a/%3Cb%3E%26',
    { value: '<ul><li>removed</li></ul>', type: 'html' },
  ]);
  const [item] = parseJsonFeed(json).items ?? [];
  expect([item?.id, item?.title, item?.date_modified]).toEqual([
    read?.id,
    'a/<b>& removed',
    '2026-06-07T18:23:50.000Z',
  ]);
});
