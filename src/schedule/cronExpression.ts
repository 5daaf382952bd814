import { validateDetailed } from 'node-cron';
import { UsageError } from '../core/errors.ts';

/** @throws UsageError that names the wrong field */
export function checkExpression(expression: string): string {
  const { valid, errors } = validateDetailed(expression);
  if (valid) return expression;
  const why = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new UsageError('bad_cron', `"${expression}" is not a cron expression (${why}).`, {
    hint: 'Give five fields, minute hour day month weekday, such as "7 * * * *" for minute 7 of every hour.',
  });
}

/** @throws UsageError when there is no such time zone */
export function checkTimezone(timezone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return timezone;
  } catch (cause) {
    throw new UsageError('bad_timezone', `"${timezone}" is not a time zone.`, {
      hint: 'Give UTC or a name such as Europe/Berlin.',
      cause,
    });
  }
}
