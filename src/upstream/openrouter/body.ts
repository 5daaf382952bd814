import { Fault } from './fault.ts';

/** What a body turned out to be: JSON read to its end, or the reason why not, in words. */
export type Reading = { readonly json: unknown } | { readonly unparsable: string };

/** Above this nothing is parsed here: a hostile 64 MiB of `{},{},…` would take JSON.parse 25 s and 2 GB. */
const PARSED_BYTES = 16 * 2 ** 20;
/** JSON.parse takes some 45 bytes a level: 30 MB of `[` would take 1.3 GB. */
const DEEPEST = 10_000;

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

/** Whether the body is JSON to its end; half a gzip stream, for one, passes the HTTP library as a whole answer. */
export function readJson(body: Buffer, contentType: string | null): Reading {
  const text = new TextDecoder().decode(body.length > PARSED_BYTES ? body.subarray(0, 1024) : body);
  if (text.trim() === '') return { unparsable: 'an empty answer' };
  const page = describePage(text, contentType);
  if (body.length > PARSED_BYTES) return /^\s*[[{]/.test(text) ? { json: undefined } : { unparsable: page };
  if (tooDeep(body)) return { unparsable: 'JSON nested beyond all measure' };
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { unparsable: page };
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

/** The link to the next page, where there is one. */
export function readNextLink(json: unknown): string | undefined {
  const next = member(member(json, 'links'), 'next');
  // The empty text is how some writers say null.
  return typeof next === 'string' && next.trim() !== '' ? next : undefined;
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

function tooDeep(body: Buffer): boolean {
  let depth = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    // Brackets inside strings are counted along: a true list is far from the limit either way.
    if (byte === 0x5b || byte === 0x7b) depth += 1;
    else if (byte === 0x5d || byte === 0x7d) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

function describeBytes(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${bytes} bytes`;
}
