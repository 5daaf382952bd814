import { RejectedError } from '../../core/errors.ts';
import { firstPage, nextLinkOf, readPage } from '../../core/reading/page.ts';
import { NotJson, skipSpace, skipValue } from '../../core/reading/scan.ts';
import { Fault } from './fault.ts';

/** What a page turned out to be: whole, with the next one that it names, or why it is not, in words. */
export type Reading = { readonly next: string | undefined } | { readonly unparsable: string };

/** Decoded bytes that may come, in this answer and in all pages together. */
export interface Room {
  readonly left: number;
  readonly total: number;
}

/**
 * Reads a body, counting decoded bytes as they come (`content-length` and the agent's own limit count compressed ones).
 * @throws Fault `too_large` as soon as there is no room
 */
export async function readBody(stream: AsyncIterable<Uint8Array> | null, room: Room): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream ?? []) {
    bytes += chunk.byteLength;
    if (bytes > room.left)
      throw new Fault('too_large', `the list is longer than ${describeBytes(room.total)}`, { httpStatus: 200 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

/** The beginning of a body whose whole is not wanted, at most `limit` bytes; a body that breaks off counts as ended. */
export async function readStart(stream: AsyncIterable<Uint8Array> | null, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream ?? []) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes >= limit) break;
    }
  } catch {
    // The status is the news; what arrived of its explanation is shown as far as it goes.
  }
  return Buffer.concat(chunks, bytes).subarray(0, limit).toString();
}

/**
 * Whether a page is whole, and which one it names as the next; half a gzip stream, for one, passes the HTTP library as a
 * whole answer. Its brackets and strings are followed to the end and only what stands around the list is parsed: the
 * entries are read, and judged, once and elsewhere.
 */
export function readWholePage(body: Buffer, contentType: string | null): Reading {
  const at = firstPage(body);
  if (at >= body.length) return { unparsable: 'an empty answer' };
  try {
    const page = readPage(body, at, (list) => skipValue(body, list));
    if (skipSpace(body, page.end) < body.length) throw new NotJson(page.end);
    return { next: nextLinkOf(page) };
  } catch (error) {
    if (error instanceof NotJson) return { unparsable: describePage(body.toString('utf8', 0, 1024), contentType) };
    if (!(error instanceof RejectedError)) throw error;
    // What is whole and no list is not made one by asking again.
    return error.code === 'too_deep' ? { unparsable: 'JSON nested beyond all measure' } : { next: undefined };
  }
}

/** `{"error":{"message":"…"}}` as upstream writes it. */
export function readErrorMessage(text: string): string | undefined {
  try {
    const message = member(member(JSON.parse(text), 'error'), 'message');
    return typeof message === 'string' && message.trim() !== '' ? message.trim() : undefined;
  } catch {
    return undefined;
  }
}

/** Names what came instead of JSON, by its own beginning and by what the header claims. */
export function describePage(text: string, contentType: string | null): string {
  const start = text.trimStart().slice(0, 1024).toLowerCase();
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'an HTML page instead of JSON';
  if (start.startsWith('<?xml') || start.startsWith('<rss')) return 'XML instead of JSON';
  if (start.startsWith('<'))
    return /html/i.test(contentType ?? '') ? 'an HTML page instead of JSON' : 'markup instead of JSON';
  return /^[[{]/.test(start) ? 'JSON that is cut off or broken' : 'something that is not JSON';
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function describeBytes(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${bytes} bytes`;
}
