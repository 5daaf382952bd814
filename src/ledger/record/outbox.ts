import { and, asc, eq, inArray, isNull, lt, lte, ne, sql } from 'drizzle-orm';
import type { Format } from '../../core/notification/messageFormats.ts';
import type { Ledger } from '../store/open.ts';
import { outbox } from '../store/schema/outbox.ts';
import { transact } from '../store/transaction.ts';

/** A message that waits to be sent. */
export interface Message {
  readonly messageId: string;
  readonly channel: Format;
  readonly payload: string;
  readonly createdAt: string;
  /** Attempts so far, including the one that is about to be made. */
  readonly attempts: number;
}

/** Adds a message to the outbox; called in the transaction of its run, so that both are recorded or neither. */
export function enqueue(
  { orm }: Ledger,
  message: Pick<Message, 'messageId' | 'channel' | 'payload' | 'createdAt'> & { readonly runId: number },
): void {
  const row = { ...message, nextTryAt: message.createdAt };
  orm.insert(outbox).values(row).run();
}

/**
 * Takes the oldest message that is due. Nobody else gets it until `leaseUntil`, when it is due again in case this
 * process has died, under the same id.
 */
export function claimMessage(
  ledger: Ledger,
  { channel, now, leaseUntil }: { channel: Format; now: string; leaseUntil: string },
): Message | undefined {
  return transact(ledger, () => {
    const { orm } = ledger;
    const { id, nextTryAt } = outbox;
    const isDue = and(isWaiting(), eq(outbox.channel, channel), lte(nextTryAt, now));
    const due = orm.select({ id }).from(outbox).where(isDue).orderBy(asc(id)).limit(1);
    const leased = { attempts: sql`${outbox.attempts} + 1`, nextTryAt: leaseUntil };
    const [row] = orm.update(outbox).set(leased).where(inArray(id, due)).returning().all();
    if (row === undefined) return undefined;
    const { messageId, payload, createdAt, attempts } = row;
    if (payload === null) throw new TypeError('a message that waits has a payload');
    return { messageId, channel, payload, createdAt, attempts };
  });
}

/** How an attempt ended: the receiver took the message, or it is tried again, or it is given up but kept. */
type Attempted =
  | { readonly sentAt: string }
  | { readonly nextTryAt: string; readonly lastError: string }
  | { readonly givenUpAt: string; readonly lastError: string };

export function noteAttempt(ledger: Ledger, messageId: string, end: Attempted): void {
  const values = 'sentAt' in end ? { ...end, payload: null, lastError: null } : end;
  transact(ledger, () => ledger.orm.update(outbox).set(values).where(eq(outbox.messageId, messageId)).run());
}

/** Gives up messages written before an instant for receivers that are no longer configured. */
export function giveUpOrphans(
  ledger: Ledger,
  { channel, before, now }: { channel: Format; before: string; now: string },
): void {
  const isOrphan = and(isWaiting(), ne(outbox.channel, channel), lt(outbox.createdAt, before));
  const lastError = 'no receiver of this format is configured';
  transact(ledger, () => ledger.orm.update(outbox).set({ givenUpAt: now, lastError }).where(isOrphan).run());
}

export function countMessages({ orm }: Ledger): { waiting: number; givenUp: number } {
  return orm.get(sql`SELECT count(*) FILTER (WHERE sent_at IS NULL AND given_up_at IS NULL) AS waiting,
    count(given_up_at) AS givenUp FROM outbox`);
}

function isWaiting() {
  return and(isNull(outbox.sentAt), isNull(outbox.givenUpAt));
}
