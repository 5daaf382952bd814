import { ARRAY_START, OBJECT_START, skipSpace, skipValue } from '../reading/scan.ts';
import { walkArray, walkObject } from '../reading/walk.ts';

/** Measurements, which differ in every answer and are never events. */
const TELEMETRY = /^(?:status$|uptime_|latency_|throughput_|perf_)/;

/** Whether a key of an endpoint is telemetry: `status`, `uptime_last_5m`, `latency_last_30m`, `perf_…`. */
export function isTelemetry(key: string): boolean {
  return TELEMETRY.test(key);
}

/** An answer's bytes with `null` for every value of a telemetry key, and the values themselves, by endpoint. */
export interface Stripped {
  readonly bytes: Buffer;
  /** The JSON texts as they stood there, by key. */
  readonly telemetry: readonly ReadonlyMap<string, string>[];
}

const NULL = Buffer.from('null');

/**
 * Takes the telemetry out of an answer, `{"data":{…,"endpoints":[…]}}` or only what stands under `data`; every other
 * byte stays as it is.
 * @throws NotJson where it is none
 */
export function stripTelemetry(bytes: Buffer): Stripped {
  const pieces: Buffer[] = [];
  const telemetry: Map<string, string>[] = [];
  let done = 0;
  const stripEndpoint = (start: number): number => {
    const values = new Map<string, string>();
    telemetry.push(values);
    if (bytes[start] !== OBJECT_START) return skipValue(bytes, start);
    return walkObject(bytes, start, (key, from) => {
      const to = skipValue(bytes, from);
      if (isTelemetry(key)) {
        values.set(key, bytes.toString('utf8', from, to));
        pieces.push(bytes.subarray(done, from), NULL);
        done = to;
      }
      return to;
    });
  };
  const stripMember = (key: string, value: number): number =>
    key === 'endpoints' && bytes[value] === ARRAY_START
      ? walkArray(bytes, value, stripEndpoint)
      : skipValue(bytes, value);
  walkObject(bytes, skipSpace(bytes, 0), (key, value) =>
    key === 'data' && bytes[value] === OBJECT_START ? walkObject(bytes, value, stripMember) : stripMember(key, value),
  );
  return { bytes: Buffer.concat([...pieces, bytes.subarray(done)]), telemetry };
}
