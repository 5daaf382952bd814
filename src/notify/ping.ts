import { beginningOf } from '../core/reading/quote.ts';
import type { Post } from './client.ts';

/** What a dead man's switch is told: the three addresses of healthchecks.io. */
export type Beat = 'start' | 'success' | 'fail';

const LONGEST_BODY = 10_000;

/** @param words shown by the receiver beside the ping; they must not contain secrets */
export function writePing(base: URL, beat: Beat, words: string): Post {
  const url = new URL(base);
  if (beat !== 'success') url.pathname = `${url.pathname.replace(/\/$/, '')}/${beat}`;
  return { url, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: beginningOf(words, LONGEST_BODY) };
}
