import { UsageError } from '../../core/errors.ts';
import { readWhen } from '../../core/time/when.ts';

/**
 * The instant that `--at` names for a saved file.
 * @throws UsageError when it is no time, or one that is still to come
 */
export function readPastInstant(text: string, now: Date): string {
  const { from } = readWhen(text, now);
  if (from <= now.toISOString()) return from;
  throw new UsageError('future_at', `--at ${text} is in the future; nothing was imported.`, {
    hint: 'Give the instant at which the file was saved; a time without a zone is UTC.',
  });
}
