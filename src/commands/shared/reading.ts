import { UsageError } from '../../core/errors.ts';
import { justAfter } from '../../core/time/instant.ts';
import { minuteWords, readWhen, type Zone } from '../../core/time/when.ts';
import { coverageOf } from '../../ledger/queries/coverage.ts';
import { dataFileError } from '../../ledger/store/failure.ts';
import { type Ledger, openForReading } from '../../ledger/store/open.ts';
import { type Context, note } from './context.ts';
import { NO_LIST } from './words.ts';

/** For commands that read or show times. */
export interface Times {
  readonly local?: boolean;
}

/** A data file that a command asks, with what it needs to print the answer. */
export interface LedgerQuestion {
  readonly ledger: Ledger;
  readonly context: Context;
  /** The time zone in which times are read and shown. */
  readonly zone: Zone;
}

export function zoneOf({ local }: Times): Zone {
  return local ? 'local' : 'utc';
}

/**
 * Opens the data file for one question, and closes it whatever happens.
 * @throws UsageError `no_list` if the question has no answer because no list was recorded yet
 */
export async function reading<T>(
  { db, ...times }: Times & { readonly db: string },
  context: Context,
  ask: (question: LedgerQuestion) => T | Promise<T>,
): Promise<T> {
  const ledger = openForReading(db);
  try {
    return await ask({ ledger, context, zone: zoneOf(times) });
  } catch (error) {
    if (error instanceof UsageError && coverageOf(ledger) === null) throw new UsageError('no_list', NO_LIST);
    throw dataFileError(db, error);
  } finally {
    ledger.close();
  }
}

/** Adds a note to the result if no list was recorded yet. */
export function noteNoList({ ledger, context }: Omit<LedgerQuestion, 'zone'>): void {
  if (coverageOf(ledger) === null) note(context, NO_LIST);
}

/** The instant that `--at` names; null for now. */
export function readAt({ at, ...times }: Times & { readonly at?: string }, { now }: Context): string | null {
  if (at === undefined || at === 'now') return null;
  return readWhen(at, now(), zoneOf(times)).from;
}

/**
 * The period from the first instant of `--since` to the last of `--until`.
 * @throws UsageError when it is empty
 */
export function readPeriod(
  { since, until, ...times }: Times & { readonly since?: string; readonly until?: string },
  { now }: Context,
): { since: string | undefined; until: string | undefined } {
  const zone = zoneOf(times);
  const from = since === undefined ? undefined : readWhen(since, now(), zone).from;
  const end = until === undefined ? undefined : readWhen(until, now(), zone).until;
  if (from !== undefined && end !== undefined && from >= end) {
    const hint = 'Put the earlier instant first.';
    throw new UsageError('bad_order', `--since ${since} is not before the end of --until ${until}.`, { hint });
  }
  return { since: from, until: end };
}

/** Says that nothing fits, and which lists the ledger has; if it has none, says only that. */
export function nothingWords({ ledger, zone }: LedgerQuestion, words: string): string {
  return coverageOf(ledger) === null ? NO_LIST : `${words} ${coverageWords({ ledger, zone })}`;
}

/** Which lists the ledger has, for a person who asked about another time. */
export function coverageWords({ ledger, zone }: Omit<LedgerQuestion, 'context'>): string {
  const coverage = coverageOf(ledger);
  if (coverage === null) return NO_LIST;
  if (coverage.first === coverage.last) return `The ledger knows one list, of ${minuteWords(coverage.first, zone)}.`;
  return `The ledger knows the lists from ${minuteWords(coverage.first, zone)} to ${minuteWords(coverage.last, zone)}.`;
}

/** Notes it if an instant is before the first list or after the newest one, and returns whether that is so. */
export function noteCoverage({ ledger, context, zone }: LedgerQuestion, at: string | null): boolean {
  const coverage = coverageOf(ledger);
  if (at === null || coverage === null || (at >= coverage.first && at <= justAfter(coverage.last))) return false;
  const side = at < coverage.first ? 'before' : 'after';
  note(context, `${minuteWords(at, zone)} is ${side} what was observed. ${coverageWords({ ledger, zone })}`);
  return true;
}

/**
 * The instant that `--at` gives for a saved file.
 * @throws UsageError when it is not a time, or in the future
 */
export function readPastInstant(text: string, now: Date): string {
  const { from } = readWhen(text, now);
  if (from <= now.toISOString()) return from;
  throw new UsageError('future_at', `--at ${text} is in the future; nothing was imported.`, {
    hint: 'Give the instant at which the file was saved; a time without a zone is UTC.',
  });
}
