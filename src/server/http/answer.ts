import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** What is said in answer to one request. */
export interface Answer {
  readonly status?: number;
  /** A media type. */
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** The instant of the list that it is made from. */
  readonly observedAt?: string | null;
}

/** What a Response takes. */
type Bytes = Uint8Array<ArrayBuffer>;

/** An answer with what can be said of its bytes, to be sent any number of times. */
export interface Prepared {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Bytes;
  readonly etag: string;
  readonly encoded: Map<Encoding, Promise<Bytes>>;
}

const ENCODINGS = ['br', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Less is not worth it. */
const LEAST_BYTES = 1024;
const COMPRESSIBLE = /^(?:text\/|image\/svg|application\/(?:[\w.-]+\+)?(?:json|xml|javascript))/;
/** Quality 5 is a fifth smaller than gzip and as fast. */
const BROTLI = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
};
const compressors = {
  br: async (bytes: Bytes) => new Uint8Array(await promisify(brotliCompress)(bytes, BROTLI)),
  gzip: async (bytes: Bytes) => new Uint8Array(await promisify<Bytes, Buffer>(gzip)(bytes)),
};

export function prepare({ status = 200, type, body, headers = {}, observedAt }: Answer): Prepared {
  const bytes = typeof body === 'string' ? Buffer.from(body) : new Uint8Array(body);
  const etag = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
  return {
    status,
    body: bytes,
    etag,
    encoded: new Map(),
    headers: {
      'content-type': type,
      ...(observedAt && {
        'x-ledger-observed-at': observedAt,
        'last-modified': new Date(observedAt).toUTCString(),
      }),
      ...(COMPRESSIBLE.test(type) && { vary: 'accept-encoding' }),
      ...headers,
    },
  };
}

/** What this client gets of an answer: all of it, compressed if it likes, or that it has it already. */
export async function respond(prepared: Prepared, request: Headers): Promise<Response> {
  const { status, headers, etag } = prepared;
  const encoding = bestEncoding(prepared, request.get('accept-encoding'));
  // The bytes are others when compressed, and so is their name.
  const tagged = { ...headers, etag: `"${etag}${encoding === null ? '' : `-${encoding}`}"` };
  if (status === 200 && matches(request.get('if-none-match'), etag)) {
    const { 'content-type': _, ...kept }: Record<string, string> = tagged;
    return new Response(null, { status: 304, headers: kept });
  }
  if (encoding === null) return send(prepared.body, status, tagged);
  return send(await encode(prepared, encoding), status, { ...tagged, 'content-encoding': encoding });
}

function send(body: Bytes, status: number, headers: Record<string, string>): Response {
  return new Response(body, {
    status,
    headers: { ...headers, 'content-length': String(body.byteLength) },
  });
}

function encode({ body, encoded }: Prepared, encoding: Encoding): Promise<Bytes> {
  const made = encoded.get(encoding) ?? compressors[encoding](body);
  encoded.set(encoding, made);
  return made;
}

function bestEncoding({ body, headers }: Prepared, accepted: string | null): Encoding | null {
  if (accepted === null || body.byteLength < LEAST_BYTES || !COMPRESSIBLE.test(headers['content-type'] ?? ''))
    return null;
  const qualities = new Map(
    accepted
      .toLowerCase()
      .split(',')
      .map((part): [string, number] => {
        const [name = '', ...rest] = part.split(';').map((word) => word.trim());
        const quality = rest.find((word) => word.startsWith('q='));
        return [name, quality === undefined ? 1 : Number(quality.slice(2))];
      }),
  );
  const qualityOf = (encoding: string): number => qualities.get(encoding) ?? qualities.get('*') ?? 0;
  const liked = ENCODINGS.filter((encoding) => qualityOf(encoding) > 0);
  return liked.sort((a, b) => qualityOf(b) - qualityOf(a))[0] ?? null;
}

/** Compares weakly: a proxy may have compressed what it got, and marked the tag as weak for that. */
function matches(header: string | null, etag: string): boolean {
  if (header === null) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => /^(?:W\/)?"([\w-]{27})(?:-(?:br|gzip))?"$/.exec(tag.trim())?.[1] === etag);
}
