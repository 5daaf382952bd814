import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentType, writeMessage } from '../../../src/core/notification/message.ts';
import type { News, NewsEvent } from '../../../src/core/notification/news.ts';

function removed(model: string): NewsEvent {
  const nothing = { field: null, before: null, after: null, cause: null, changePct: null, about: null };
  return { model, type: 'removed', ...nothing };
}

function news(events: readonly NewsEvent[]): News {
  return {
    run: 7,
    observedAt: '2026-06-07T18:23:50.000Z',
    previousObservedAt: '2026-06-07T17:23:50.000Z',
    source: 'https://openrouter.ai/api/v1/models',
    scope: 'output_modalities=all',
    models: 3,
    events,
  };
}

function field(text: string, name: string): string {
  const document: Record<string, unknown> = JSON.parse(text);
  return String(document[name]);
}

describe('a message', () => {
  test('in JSON is the run and its events, exactly', () => {
    const told = news([removed('a/b')]);
    expect(JSON.parse(writeMessage('json', told))).toEqual({
      type: 'run.changed',
      timestamp: '2026-06-07T18:23:50.000Z',
      data: told,
    });
    expect([contentType('json'), contentType('ntfy')]).toEqual(['application/json', 'text/plain; charset=utf-8']);
  });

  test('for Slack can neither mention nor link', () => {
    expect(JSON.parse(writeMessage('slack', news([removed('<!channel> & <http://x|y>')])))).toEqual({
      text: '1 model removed · 2026-06-07 18:23 UTC\n&lt;!channel&gt; &amp; &lt;http://x|y&gt; removed',
      mrkdwn: false,
      unfurl_links: false,
    });
  });

  test('for Discord has its Markdown written out and mentions nobody', () => {
    expect(JSON.parse(writeMessage('discord', news([removed('@everyone *a_b* [x](http://y)')])))).toEqual({
      content:
        '1 model removed · 2026\\-06\\-07 18\\:23 UTC\n' +
        '@\u200beveryone \\*a\\_b\\* \\[x\\]\\(http\\://y\\) removed',
      allowed_mentions: { parse: [] },
      flags: 4,
    });
  });

  test('for ntfy is plain text', () => {
    expect(writeMessage('ntfy', news([removed('a/b')]))).toBe('1 model removed · 2026-06-07 18:23 UTC\na/b removed');
  });

  test('that is too long ends in the number of lines left out', () => {
    const many = news(Array.from({ length: 500 }, (_, index) => removed(`author/model-${index}`)));
    const content = field(writeMessage('discord', many), 'content');
    const lines = content.split('\n');
    expect(lines.at(-1)).toBe(`… and ${500 - (lines.length - 2)} more`);
    expect(field(writeMessage('slack', many), 'text').split('\n').at(-1)).toMatch(/^… and \d+ more$/);
  });

  test('keeps within what the services take, and each event within its line, whatever the ids', () => {
    const ids = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 600 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(ids, (all) => {
        const told = news(all.map(removed));
        const texts = [
          field(writeMessage('discord', told), 'content'),
          field(writeMessage('slack', told), 'text'),
          writeMessage('ntfy', told),
        ];
        expect(texts.map((text) => text.length <= 4000 && text.split('\n').length <= all.length + 1)).toEqual([
          true,
          true,
          true,
        ]);
        expect((texts[0] ?? '').length).toBeLessThanOrEqual(2000);
        expect(Buffer.byteLength(texts[2] ?? '')).toBeLessThanOrEqual(4096);
        expect(texts.join('').replaceAll('\n', '').replaceAll('\u200b', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});
