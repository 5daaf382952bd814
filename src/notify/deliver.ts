import { quantity } from '../core/format/units.ts';
import { toInstant } from '../core/time/instant.ts';
import { claimMessage, countMessages, giveUpOrphans, noteAttempt } from '../ledger/record/outbox.ts';
import type { Ledger } from '../ledger/store/open.ts';
import type { Client, Reply } from './client.ts';
import type { Webhook } from './receivers.ts';

/** What sending needs. */
export interface Sending {
  readonly webhook: Webhook;
  /** Opened when there is something to send. */
  readonly connect: () => Promise<Client>;
  readonly now: () => Date;
  /** For how long a message that is being sent is nobody else's, in milliseconds. */
  readonly leaseMs: number;
  readonly warn: (text: string) => void;
  /** Aborted when the time for it is over. */
  readonly over: AbortSignal;
}

/** Sends the messages that are due, oldest first. A receiver that takes one not is left in peace until the next run. */
export async function sendMessages(ledger: Ledger, sending: Sending): Promise<void> {
  const { webhook, now, warn, over } = sending;
  const before = toInstant(new Date(now().getTime() - GIVE_UP_AFTER_MS));
  giveUpOrphans(ledger, { channel: webhook.format, before, now: toInstant(now()) });
  while (!over.aborted) {
    const reply = await sendNext(ledger, sending);
    if (reply === undefined) return;
    if (reply.kind === 'taken') continue;
    const { waiting } = countMessages(ledger);
    warn(`The webhook: ${reply.reason}; ${quantity(waiting, 'message waits', 'messages wait')}.`);
    if (reply.kind === 'later') return;
  }
}

async function sendNext(ledger: Ledger, { webhook, connect, now, leaseMs, over }: Sending): Promise<Reply | undefined> {
  const after = (ms: number): string => toInstant(new Date(now().getTime() + ms));
  const message = claimMessage(ledger, { channel: webhook.format, now: after(0), leaseUntil: after(leaseMs) });
  if (message === undefined) return undefined;
  const { messageId, createdAt, attempts } = message;
  const { writePost } = await import('./webhook.ts');
  const client = await connect();
  const reply = await client.post(writePost(webhook, message, now()), over);
  if (reply.kind === 'taken') {
    noteAttempt(ledger, messageId, { sentAt: after(0) });
    return reply;
  }
  const { reason: lastError } = reply;
  const isTooOld = now().getTime() - Date.parse(createdAt) >= GIVE_UP_AFTER_MS;
  if (reply.kind === 'never' || isTooOld) noteAttempt(ledger, messageId, { givenUpAt: after(0), lastError });
  else noteAttempt(ledger, messageId, { nextTryAt: after(retryDelay(attempts, reply.retryAfterMs)), lastError });
  return reply;
}

const MINUTE = 60_000;
const PAUSES = [1, 5, 30, 120, 360].map((minutes) => minutes * MINUTE);
const LONGEST_PAUSE = 720 * MINUTE;

/** For how long a message is tried before it is given up, in milliseconds. */
const GIVE_UP_AFTER_MS = 7 * 24 * 60 * MINUTE;

/**
 * How long to wait after a failed attempt, in milliseconds: 1, 5 and 30 minutes, 2, 6 and then 12 hours, or longer
 * where the receiver asked for it.
 * @param attempts made so far
 */
function retryDelay(attempts: number, retryAfterMs: number): number {
  return Math.max(PAUSES[attempts - 1] ?? LONGEST_PAUSE, retryAfterMs);
}
