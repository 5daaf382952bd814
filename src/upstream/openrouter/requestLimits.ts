import { DEFAULTS, type Env } from '../../config/settings.ts';
import { UsageError } from '../../core/errors.ts';
import { MOST_BODY_BYTES } from '../../core/reading/bodySize.ts';

/** The limits of one run. */
export interface RequestLimits {
  /** For one attempt with its whole body, in milliseconds. */
  readonly attemptMs: number;
  /** For everything, including pauses. */
  readonly runMs: number;
  /** Decoded, for all pages together. */
  readonly bodyBytes: number;
  /** Further attempts for each page. */
  readonly retries: number;
  /** The longest pause that `Retry-After` may ask for. */
  readonly retryAfterCapMs: number;
  readonly pages: number;
  /** The first pause, which is doubled each time. */
  readonly minDelayMs: number;
  /** The longest pause of our own choosing. */
  readonly maxDelayMs: number;
}

export const LIMITS: RequestLimits = {
  attemptMs: DEFAULTS.timeoutMs,
  runMs: 300_000,
  bodyBytes: MOST_BODY_BYTES,
  retries: 4,
  retryAfterCapMs: 60_000,
  pages: 1000,
  minDelayMs: DEFAULTS.retryDelayMs,
  maxDelayMs: 30_000,
};

/**
 * Reads limits from the environment, in milliseconds: `MODEL_LEDGER_TIMEOUT_MS` for one attempt, and
 * `MODEL_LEDGER_RETRY_DELAY_MS` for the first pause.
 * @throws UsageError when one of the two is not a whole number of milliseconds
 */
export function readLimits(env: Env): Partial<RequestLimits> {
  const attemptMs = readMs(env, 'MODEL_LEDGER_TIMEOUT_MS');
  const minDelayMs = readMs(env, 'MODEL_LEDGER_RETRY_DELAY_MS');
  return { ...(attemptMs === undefined ? {} : { attemptMs }), ...(minDelayMs === undefined ? {} : { minDelayMs }) };
}

function readMs(env: Env, name: 'MODEL_LEDGER_TIMEOUT_MS' | 'MODEL_LEDGER_RETRY_DELAY_MS'): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new UsageError('bad_limit', `${name} is not a number of milliseconds from 1 to 9999999; nothing was sent.`, {
    hint: `Correct ${name}, or unset it.`,
  });
}
