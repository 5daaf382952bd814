import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FetchError } from '../../src/upstream/openrouter/fault.ts';
import { fetchList } from '../../src/upstream/openrouter/fetchList.ts';
import { modelList, startUpstream } from './misbehaving.ts';

const BODY = modelList(2);
const SOUND = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n` +
    `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
);

/** The sound answer with some bytes replaced, some left out and some put in between. */
const damaged = fc
  .array(
    fc.record({
      at: fc.nat(SOUND.length),
      drop: fc.nat(12),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc.constantFrom('\r\n', 'gzip', '0', '{', '\ufeff').map((text) => Buffer.from(text)),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((cuts) =>
    cuts.reduce(
      (bytes, { at, drop, put }) => Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)]),
      SOUND,
    ),
  );

describe('an answer damaged on its way', () => {
  it('is an answer or a failure with a code, and nothing else', async () => {
    let bytes = SOUND;
    const { url } = await startUpstream((response) => void response.socket?.end(bytes));
    await fc.assert(
      fc.asyncProperty(damaged, async (sent) => {
        bytes = sent;
        const result: unknown = await fetchList({ url, env: {}, userAgent: 'test', limits: { retries: 0 } }).catch(
          (error: unknown) => error,
        );
        const failure = { code: expect.any(String), message: expect.stringMatching(/^[\P{C}]+$/u) };
        const answer = { body: expect.any(Buffer), httpStatus: 200, attempts: 1 };
        expect(result).toMatchObject(result instanceof FetchError ? failure : answer);
      }),
      { numRuns: 150 },
    );
  });
});
