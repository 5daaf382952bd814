import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { FORMATS } from '../../../core/notification/messageFormats.ts';
import { isInstant, oneOf } from './columns.ts';
import { byRun } from './runs.ts';

/** Messages to people, written with the run that they tell of and sent after it. */
export const outbox = sqliteTable(
  'outbox',
  {
    id: integer().primaryKey(),
    /** The same in every attempt, so that a receiver can recognize a repeated message. */
    messageId: text('message_id').notNull(),
    runId: byRun(),
    /** The format of the payload, and thereby the kind of receiver. */
    channel: text({ enum: FORMATS }).notNull(),
    /** The body to post; null once it has been accepted. */
    payload: text(),
    createdAt: text('created_at').notNull(),
    attempts: integer().notNull().default(0),
    nextTryAt: text('next_try_at').notNull(),
    lastError: text('last_error'),
    sentAt: text('sent_at'),
    givenUpAt: text('given_up_at'),
  },
  (t) => [
    uniqueIndex('outbox_message').on(t.messageId),
    index('outbox_due').on(t.nextTryAt).where(sql`${t.sentAt} IS NULL AND ${t.givenUpAt} IS NULL`),
    check('outbox_channel', oneOf(t.channel, FORMATS)),
    check(
      'outbox_instants',
      sql`${isInstant(t.createdAt)} AND ${isInstant(t.nextTryAt)} AND (${t.sentAt} IS NULL OR ${isInstant(t.sentAt)}) AND (${t.givenUpAt} IS NULL OR ${isInstant(t.givenUpAt)})`,
    ),
    check('outbox_payload', sql`(${t.payload} IS NULL) = (${t.sentAt} IS NOT NULL)`),
    check('outbox_end', sql`${t.sentAt} IS NULL OR ${t.givenUpAt} IS NULL`),
    check('outbox_attempts', sql`${t.attempts} >= 0`),
  ],
);
