import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NewsEvent } from '../../src/core/notification/news.ts';
import type { RecentChange } from '../../src/ledger/queries/recentChanges.ts';
import { linksBelow, writeFeeds } from '../../src/notify/feed.ts';

const NOTHING = { field: null, before: null, after: null, cause: null, changePct: null, about: null };
const REMOVED: NewsEvent = { model: 'a/b', type: 'removed', ...NOTHING };

function entry(model: string, events: readonly NewsEvent[] = [REMOVED]): RecentChange {
  return { model, observedAt: '2026-06-07T18:23:50.000Z', events };
}

function updated(after: string): NewsEvent {
  return { ...REMOVED, type: 'updated', field: 'name', before: 'x', after };
}

/** What an XML 1.0 document may consist of. */
const XML = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

describe('the feeds', () => {
  test('have an entry a model and run, in Atom', () => {
    expect(writeFeeds([entry('a/b'), entry('~c/d e', [REMOVED, updated('y')])], undefined).atom).toBe(
      `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
    <id>urn:uuid:08ae3929-31ad-5f06-a2b1-c3d9a36bc83a</id>
    <title>Changes of OpenRouter’s model list</title>
    <updated>2026-06-07T18:23:50.000Z</updated>
    <generator>model-ledger</generator>
    <author>
        <name>model-ledger</name>
    </author>
    <link rel="alternate" href="https://openrouter.ai/models"/>
    <entry>
        <title type="html"><![CDATA[a/b removed]]></title>
        <id>urn:uuid:dcd711e7-5f23-5ebd-951d-ac0948fb60bf</id>
        <link href="https://openrouter.ai/a/b"/>
        <updated>2026-06-07T18:23:50.000Z</updated>
        <content type="html"><![CDATA[<ul><li>removed</li></ul>]]></content>
        <published>2026-06-07T18:23:50.000Z</published>
    </entry>
    <entry>
        <title type="html"><![CDATA[~c/d e removed and 1 more]]></title>
        <id>urn:uuid:23eabfba-5ff4-55b0-af08-e686516f2fbd</id>
        <link href="https://openrouter.ai/~c/d%20e"/>
        <updated>2026-06-07T18:23:50.000Z</updated>
        <content type="html"><![CDATA[<ul><li>removed</li><li>name x -&gt; y</li></ul>]]></content>
        <published>2026-06-07T18:23:50.000Z</published>
    </entry>
</feed>`,
    );
  });

  test('have the same entries as a JSON Feed, with plain titles', () => {
    const { json } = writeFeeds([entry('a/<b>')], linksBelow(new URL('https://me.example/feeds')));
    expect(JSON.parse(json)).toEqual({
      version: 'https://jsonfeed.org/version/1',
      title: 'Changes of OpenRouter’s model list',
      home_page_url: 'https://openrouter.ai/models',
      feed_url: 'https://me.example/feeds/changes.json',
      author: { name: 'model-ledger' },
      items: [
        {
          id: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
          title: 'a/<b> removed',
          url: 'https://openrouter.ai/a/%3Cb%3E',
          content_html: '<ul><li>removed</li></ul>',
          date_modified: '2026-06-07T18:23:50.000Z',
          date_published: '2026-06-07T18:23:50.000Z',
        },
      ],
    });
  });

  test('name an entry by its model and instant, whatever else is in the feed', () => {
    const idIn = (entries: readonly RecentChange[]): unknown => {
      const ids = /<entry>.*?<id>(.*?)<\/id>/s.exec(writeFeeds(entries, undefined).atom);
      return ids?.[1];
    };
    expect(idIn([entry('a/b')])).toBe(idIn([entry('a/b', [updated('other')]), entry('c/d')]));
    expect(idIn([entry('a/b')])).not.toBe(idIn([entry('a/c')]));
  });

  test('without entries are empty and still feeds', () => {
    const { atom, json } = writeFeeds([], undefined);
    expect(atom).toContain('<updated>1970-01-01T00:00:00.000Z</updated>');
    expect(JSON.parse(json)).toMatchObject({ items: [] });
  });

  test('hold no markup, no end of their own and no invalid character of upstream’s', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc.constantFrom(']]>', '<script>alert(1)</script>', '&lt;b&gt;', '\u0000\u000b\ufffe', '\ud800', '"><x y="'),
    );
    const count = (text: string, mark: RegExp): number => [...text.matchAll(mark)].length;
    fc.assert(
      fc.property(nasty, nasty, (model, value) => {
        // Ids that cannot be printed are quarantined, and never lone surrogates in a text of the ledger.
        const id = model.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '') || 'a/b';
        const { atom, json } = writeFeeds([entry(id, [updated(value.replace(/\p{Cs}/gu, ''))])], undefined);
        expect(atom).toMatch(XML);
        expect([count(atom, /<entry>/g), count(atom, /<\/entry>/g), count(atom, /<script/gi)]).toEqual([1, 1, 0]);
        const document: unknown = JSON.parse(json);
        expect(document).toMatchObject({
          items: [{ content_html: expect.stringMatching(/^<ul><li>[^<>]*<\/li><\/ul>$/) }],
        });
      }),
    );
  });
});
