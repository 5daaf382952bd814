import { quantity } from '../core/format/units.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, toInstant } from '../core/time/instant.ts';
import { claimMessage, countMessages, giveUpOrphans, noteAttempt } from '../ledger/record/outbox.ts';
import type { Ledger } from '../ledger/store/open.ts';
import type { Client, Reply } from './client.ts';
import type { Webhook } from './receivers.ts';

export interface Sending {
  readonly webhook: Webhook;
  /** Called only when there is something to send. */
  readonly connect: () => Promise<Client>;
  readonly now: () => Date;
  /** For how long no other process takes a message that is being sent, in milliseconds. */
  readonly leaseMs: number;
  readonly warn: (text: string) => void;
  /** Aborted when the time for sending is over. */
  readonly over: AbortSignal;
}

/** Sends the messages that are due, oldest first. After a failure the rest waits for the next run. */
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

const PAUSES = [1, 5, 30, 120, 360].map((minutes) => minutes * MINUTE_MS);
const LONGEST_PAUSE = 12 * HOUR_MS;

/** How old a message may get before it is given up, in milliseconds. */
const GIVE_UP_AFTER_MS = 7 * DAY_MS;

/** How long to wait after so many failed attempts, in milliseconds; longer if the receiver asked for it. */
function retryDelay(attempts: number, retryAfterMs: number): number {
  return Math.max(PAUSES[attempts - 1] ?? LONGEST_PAUSE, retryAfterMs);
}
