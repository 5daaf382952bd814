import { NotJson, skipSpace, skipString, skipValue } from '../reading/scan.ts';

/** What an endpoint measures rather than offers: it differs in every answer, and is never an event. */
const TELEMETRY = /^(?:status$|uptime_|latency_|throughput_|perf_)/;

/** Whether a key of an endpoint is telemetry: `status`, `uptime_last_5m`, `latency_last_30m`, `perf_…`. */
export function isTelemetry(key: string): boolean {
  return TELEMETRY.test(key);
}

/** An answer's bytes with `null` for every value of a telemetry key, and those values, an endpoint each in its order. */
export interface Stripped {
  readonly bytes: Buffer;
  /** The JSON texts as they stood there, by key. */
  readonly telemetry: readonly ReadonlyMap<string, string>[];
}

const NULL = Buffer.from('null');
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/**
 * Takes the telemetry out of an answer, `{"data":{…,"endpoints":[…]}}` or only what stands under `data`; every other
 * byte stays as it is.
 * @throws NotJson where it is none
 */
export function stripTelemetry(bytes: Buffer): Stripped {
  const pieces: Buffer[] = [];
  const telemetry: Map<string, string>[] = [];
  let done = 0;
  for (const endpoint of endpointsOf(bytes)) {
    const values = new Map<string, string>();
    telemetry.push(values);
    if (bytes[endpoint] !== 0x7b) continue;
    for (const { key, from, to } of membersOf(bytes, endpoint)) {
      if (!isTelemetry(key)) continue;
      values.set(key, bytes.toString('utf8', from, to));
      pieces.push(bytes.subarray(done, from), NULL);
      done = to;
    }
  }
  return { bytes: Buffer.concat([...pieces, bytes.subarray(done)]), telemetry };
}

/** Where each endpoint of an answer begins. */
function* endpointsOf(bytes: Buffer): Generator<number> {
  const start = skipSpace(bytes, 0);
  for (const { key, from } of membersOf(bytes, start)) {
    if (key === 'endpoints') yield* elementsOf(bytes, from);
    if (key !== 'data' || bytes[from] !== 0x7b) continue;
    for (const inner of membersOf(bytes, from)) {
      if (inner.key === 'endpoints') yield* elementsOf(bytes, inner.from);
    }
  }
}

interface Member {
  readonly key: string;
  /** The value is `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

/** The members of the object that begins at `start`, also those whose key comes twice. */
export function* membersOf(bytes: Buffer, start: number): Generator<Member> {
  if (bytes[start] !== 0x7b) throw new NotJson(start);
  let i = skipSpace(bytes, start + 1);
  while (bytes[i] === 0x22) {
    const keyEnd = skipString(bytes, i);
    const from = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
    const to = skipValue(bytes, from);
    yield { key: readKey(bytes, i, keyEnd), from, to };
    i = skipComma(bytes, to);
  }
}

function* elementsOf(bytes: Buffer, start: number): Generator<number> {
  if (bytes[start] !== 0x5b) return;
  let i = skipSpace(bytes, start + 1);
  while (i < bytes.length && bytes[i] !== 0x5d) {
    yield i;
    i = skipComma(bytes, skipValue(bytes, i));
  }
}

/** Where the next member or element begins, or the bracket that ends them all. */
function skipComma(bytes: Buffer, at: number): number {
  const i = skipSpace(bytes, at);
  return bytes[i] === 0x2c ? skipSpace(bytes, i + 1) : i;
}

function readKey(bytes: Buffer, from: number, to: number): string {
  let isPlain = true;
  for (let i = from + 1; i < to - 1 && isPlain; i += 1) isPlain = bytes[i] !== BACKSLASH && (bytes[i] ?? 0) >= SPACE;
  // Nearly every key is: to parse each of them would be most of the work.
  if (isPlain) return bytes.toString('utf8', from + 1, to - 1);
  try {
    return String(JSON.parse(bytes.toString('utf8', from, to)));
  } catch {
    throw new NotJson(from);
  }
}
