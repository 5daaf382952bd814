import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { writePost } from '../../src/notify/webhook.ts';

const MESSAGE = { messageId: 'msg_1', channel: 'json', payload: '{"é":1}' } as const;
const URL_ = new URL('https://hooks.example/x');
const SENT_AT = new Date('2026-06-07T18:23:50.900Z');

function signature(key: string | Buffer): string {
  return `v1,${createHmac('sha256', key).update('msg_1.1780856630.{"é":1}').digest('base64')}`;
}

describe('a webhook message', () => {
  test('is signed over its id, the second it is sent and its bytes', () => {
    const key = Buffer.from('a key of twenty-four byte');
    const secret = `whsec_${key.toString('base64')}`;
    expect(writePost({ url: URL_, secret }, MESSAGE, SENT_AT)).toEqual({
      url: URL_,
      body: '{"é":1}',
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'msg_1',
        'webhook-timestamp': '1780856630',
        'webhook-signature': signature(key),
      },
    });
  });

  test('is signed with a secret of one’s own as it stands', () => {
    const { headers } = writePost({ url: URL_, secret: 'päss' }, MESSAGE, SENT_AT);
    expect(headers['webhook-signature']).toBe(signature('päss'));
  });

  test('goes unsigned without a secret, and to ntfy as text with a title', () => {
    const { headers } = writePost({ url: URL_, secret: undefined }, { ...MESSAGE, channel: 'ntfy' }, SENT_AT);
    expect(headers).toEqual({
      'content-type': 'text/plain; charset=utf-8',
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1780856630',
      title: 'model-ledger',
    });
  });
});
