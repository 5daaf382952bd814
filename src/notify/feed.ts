import { createHash } from 'node:crypto';
import { Feed } from 'feed';
import { escapeMarkup } from '../core/format/text.ts';
import type { NewsEvent } from '../core/notification/news.ts';
import { eventWords } from '../core/notification/newsWords.ts';
import type { RecentChange } from '../ledger/queries/recentChanges.ts';

export const ATOM_FILE = 'changes.atom';
export const JSON_FILE = 'changes.json';
/** A feed reaches back this many runs, and has at most this many entries. */
export const FEED_RUNS = 200;
export const FEED_ENTRIES = 100;

const TITLE = 'Changes of OpenRouter’s model list';
/** The namespace of entry ids. It never changes, so an entry has the same id whoever writes the feed. */
const NAMESPACE = Buffer.from('9d2a6fd1c0c14d3c8a3f7f5f0c2be8a4', 'hex');
const BEGINNING = '1970-01-01T00:00:00.000Z';

/** Where readers find the two feeds: absolute addresses, or references relative to where they were read from. */
export interface FeedLinks {
  readonly atom: string;
  readonly json: string;
  /** The public address of their folder, which distinguishes them from those of other places. */
  readonly base?: string;
}

/** The links of the two files in a folder with a public address. */
export function linksBelow({ href }: URL): FeedLinks {
  const base = href.endsWith('/') ? href : `${href}/`;
  return { base, atom: base + ATOM_FILE, json: base + JSON_FILE };
}

/**
 * Writes changes, newest first, as an Atom feed and a JSON Feed. The same changes always give the same bytes.
 * @param links undefined where nobody knows the address
 * @param model the model that all changes are about, for the feed of one model
 */
export function writeFeeds(changes: readonly RecentChange[], links: FeedLinks | undefined, model?: string) {
  return {
    // The library writes the title of an Atom entry as HTML, and that of a JSON Feed as plain text.
    atom: fill(changes, links, escapeMarkup, model).atom1(),
    json: `${fill(changes, links, (title) => title, model).json1()}\n`,
  };
}

function fill(
  changes: readonly RecentChange[],
  links: FeedLinks | undefined,
  title: (text: string) => string,
  model?: string,
): Feed {
  const base = links?.base ?? '';
  const feed = new Feed({
    id: nameUuid(model === undefined ? `feed ${base}` : `feed of ${model} ${base}`),
    title: model === undefined ? TITLE : title(printable(`Changes of ${model}`)),
    link: model === undefined ? 'https://openrouter.ai/models' : upstreamPage(model),
    updated: new Date(changes[0]?.observedAt ?? BEGINNING),
    generator: 'model-ledger',
    author: { name: 'model-ledger' },
    ...(links && { feedLinks: { atom: links.atom, json: links.json } }),
  });
  for (const { model, observedAt, events } of changes) {
    const words = events.map(eventWords).map(printable);
    const date = new Date(observedAt);
    feed.addItem({
      id: nameUuid(`${observedAt} ${model}`),
      title: title(printable(`${model} ${titleWords(events)}`)),
      link: upstreamPage(model),
      date,
      published: date,
      content: `<ul>${words.map((word) => `<li>${escapeMarkup(word)}</li>`).join('')}</ul>`,
    });
  }
  return feed;
}

export function upstreamPage(model: string): string {
  return `https://openrouter.ai/${model.split('/').map(encodeURIComponent).join('/')}`;
}

/** The first event in words, and how many more there are. */
function titleWords(events: readonly NewsEvent[]): string {
  const [first] = events;
  if (first === undefined) return '';
  const words = first.type === 'updated' ? `updated: ${first.field}` : eventWords(first);
  return events.length === 1 ? words : `${words} and ${events.length - 1} more`;
}

/** A UUID derived from a name (RFC 9562, version 5), so that the same name always has the same UUID. */
function nameUuid(name: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `urn:uuid:${parts.join('-')}`;
}

/** XML 1.0 cannot hold control characters, surrogates and two noncharacters, not even escaped. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd');
}
