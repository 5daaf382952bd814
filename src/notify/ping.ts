import type { Client, Reply } from './client.ts';

/** What a dead man's switch is told: healthchecks.io's three addresses. */
export type Beat = 'start' | 'success' | 'fail';

const LONGEST_BODY = 10_000;

/** @param words shown by the receiver beside the ping; nothing secret may be in it */
export async function sendPing(
  client: Client,
  base: URL,
  beat: Beat,
  words: string,
  signal: AbortSignal,
): Promise<Reply> {
  const url = new URL(base);
  if (beat !== 'success') url.pathname = `${url.pathname.replace(/\/$/, '')}/${beat}`;
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return await client.post({ url, headers, body: words.slice(0, LONGEST_BODY) }, signal);
}
