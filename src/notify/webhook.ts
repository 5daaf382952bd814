import { Webhook as Signer } from 'standardwebhooks';
import { contentType } from '../core/notification/message.ts';
import type { Format } from '../core/notification/messageFormats.ts';
import type { Post } from './client.ts';
import type { Webhook } from './receivers.ts';

/**
 * The request that delivers a message, with the headers of the Standard Webhooks scheme.
 * @param sentAt the instant of this attempt, from which a receiver computes the message's age
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function writePost(
  { url, secret }: Pick<Webhook, 'url' | 'secret'>,
  { messageId, channel, payload }: { messageId: string; channel: Format; payload: string },
  sentAt: Date,
): Post {
  const headers: Record<string, string> = {
    'content-type': contentType(channel),
    'webhook-id': messageId,
    'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
  };
  if (secret !== undefined) headers['webhook-signature'] = signer(secret).sign(messageId, sentAt, payload);
  if (channel === 'ntfy') headers.title = 'model-ledger';
  return { url, headers, body: payload };
}

function signer(secret: string): Signer {
  return secret.startsWith('whsec_') ? new Signer(secret) : new Signer(Buffer.from(secret), { format: 'raw' });
}
