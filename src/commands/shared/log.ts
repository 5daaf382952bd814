import { LedgerError } from '../../core/errors.ts';
import { escapeControls } from '../../core/format/text.ts';
import type { RetryNote } from '../../upstream/openrouter/fetchOptions.ts';
import { type Context, note } from './context.ts';
import type { LogFormat } from './formats.ts';

type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** The messages of a run: as text for people, or with their fields for programs. */
export interface Log {
  readonly isJson: boolean;
  info(text: string, fields?: Fields): void;
  warn(text: string, fields?: Fields): void;
  error(text: string, fields?: Fields): void;
  /** Adds the id of a run in `sync_runs` to every further line. */
  nameRun(id: number): void;
}

/**
 * Opens the log of a run. With the format `auto`, people get text and the journal of a timer gets JSON lines:
 * `{"level":"info","time":"2026-06-07T18:23:50.000Z","run":12,"msg":"…"}`.
 */
export function openLog(context: Context, format: LogFormat, isUnattended: boolean): Log {
  const { stderr, now } = context;
  const isJson = format === 'json' || (format === 'auto' && isUnattended && stderr.isTTY !== true);
  let run: number | null = null;
  const harmless = (_: string, value: unknown): unknown => (typeof value === 'string' ? escapeControls(value) : value);
  const at =
    (level: string) =>
    (msg: string, fields: Fields = {}): void => {
      if (!isJson) note(context, msg);
      else stderr.write(`${JSON.stringify({ level, time: now().toISOString(), run, ...fields, msg }, harmless)}\n`);
    };
  const nameRun = (id: number): void => {
    run = id;
  };
  return { isJson, info: at('info'), warn: at('warn'), error: at('error'), nameRun };
}

/** Does some work with a log. If that log is in JSON, a failure of the work becomes a line of it. */
export async function withLog(
  context: Context,
  { logFormat, trigger }: { readonly logFormat: LogFormat; readonly trigger: string },
  work: (log: Log) => Promise<void>,
): Promise<void> {
  const log = openLog(context, logFormat, trigger !== 'manual');
  try {
    await work(log);
  } catch (error) {
    if (!log.isJson || !(error instanceof LedgerError)) throw error;
    const { code, hint = null, exitCode } = error;
    log.error(error.message, { code, hint, exitCode });
    context.exitCode = exitCode;
  }
}

export function logRetry(log: Log, { attempt, reason, delayMs }: RetryNote): void {
  const words = `Request ${attempt} failed (${reason}); trying again in ${(delayMs / 1000).toFixed(1)} s.`;
  log.warn(words, { attempt, delayMs });
}
