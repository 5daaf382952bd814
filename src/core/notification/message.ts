import { escapeControls } from '../format/text.ts';
import { beginningOf } from '../reading/quote.ts';
import type { Format } from './messageFormats.ts';
import type { News } from './news.ts';
import { headline, newsLines } from './newsWords.ts';

/** Below what the services take: Slack's advice is 4,000 characters, Discord's limit 2,000, ntfy's 4,096 bytes. */
const LONGEST = { slack: 3500, discord: 1900, ntfy: 3900 } as const;
const LONGEST_LINE = 400;

/** The body to post, which is also what is signed. */
export function writeMessage(format: Format, news: News): string {
  switch (format) {
    case 'json':
      return JSON.stringify({ type: 'run.changed', timestamp: news.observedAt, data: news });
    case 'slack':
      return JSON.stringify({ text: fit(news, escapeSlack, LONGEST.slack), mrkdwn: false, unfurl_links: false });
    case 'discord':
      // 4: no previews of links that upstream wrote.
      return JSON.stringify({
        content: fit(news, escapeDiscord, LONGEST.discord),
        allowed_mentions: { parse: [] },
        flags: 4,
      });
    case 'ntfy':
      return fit(news, (text) => text, LONGEST.ntfy);
  }
}

export function contentType(format: Format): string {
  return format === 'ntfy' ? 'text/plain; charset=utf-8' : 'application/json';
}

/** Escapes Slack's three control characters, without which there are no mentions and no links. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Escapes Markdown, and puts a zero-width space after each `@` and `#`, so that they make no mentions. */
function escapeDiscord(text: string): string {
  return text.replace(/[\\`*_~|>[\]()<:-]/g, '\\$&').replace(/[@#]/g, '$&\u200b');
}

/** The headline and as many lines as fit, with the number of those that do not. */
function fit(news: News, quote: (text: string) => string, longest: number): string {
  const lines = newsLines(news.events).map((line) => quote(beginningOf(line, LONGEST_LINE, '…')));
  const text = [quote(escapeControls(headline(news)))];
  let size = sizeOf(text[0] ?? '');
  const room = longest - 40;
  for (const [index, line] of lines.entries()) {
    size += sizeOf(line) + 1;
    if (size > room) {
      text.push(`… and ${lines.length - index} more`);
      break;
    }
    text.push(line);
  }
  return text.join('\n');
}

/** Bytes of UTF-8, of which there are never fewer than characters. */
function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
