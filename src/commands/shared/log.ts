import { LedgerError } from '../../core/errors.ts';
import { wrapLines } from '../../core/format/lines.ts';
import { escapeControls } from '../../core/format/text.ts';
import type { RetryNote } from '../../upstream/openrouter/fetchOptions.ts';
import { type Context, widthOf } from './context.ts';
import type { LogFormat } from './formats.ts';
import { withProgram } from './invocation.ts';

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

type Write = (text: string) => void;

/** Lines for people. Control characters are escaped, so that upstream's texts cannot affect the terminal. */
function textLog(write: Write): Log {
  const line = (text: string): void => write(`${text.split('\n').map(escapeControls).join('\n')}\n`);
  return { isJson: false, info: line, warn: line, error: line, nameRun: () => {} };
}

/** A JSON object on each line: `{"level":"info","time":"2026-06-07T18:23:50.000Z","run":12,"msg":"…"}`. */
async function jsonLog(write: Write, now: () => Date): Promise<Log> {
  // Loaded here because it takes 25 ms, which a run by hand should not pay.
  const { default: pino } = await import('pino');
  let run: number | null = null;
  const logger = pino(
    {
      base: null,
      timestamp: () => `,"time":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => ({ run }),
    },
    { write },
  );
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (text: string, fields: Fields = {}): void => {
      const harmless = (value: unknown): unknown => (typeof value === 'string' ? escapeControls(value) : value);
      const safe = Object.entries(fields).map(([key, value]) => [key, harmless(value)]);
      logger[level](Object.fromEntries(safe), '%s', escapeControls(text));
    };
  return {
    isJson: true,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    nameRun: (id) => {
      run = id;
    },
  };
}

/** Opens the log of a run. With the format `auto`, people get text and the journal of a timer gets JSON lines. */
export async function openLog(context: Context, format: LogFormat, isUnattended: boolean): Promise<Log> {
  const { stderr, now, program } = context;
  const isJson = format === 'json' || (format === 'auto' && isUnattended && stderr.isTTY !== true);
  const write = (text: string): void => {
    stderr.write(text);
  };
  return isJson
    ? await jsonLog(write, now)
    : textLog((text) => write(wrapLines(withProgram(text, program), widthOf(stderr))));
}

/** Does some work with a log. If that log is in JSON, a failure of the work becomes a line of it. */
export async function withLog(
  context: Context,
  { logFormat, trigger }: { readonly logFormat: LogFormat; readonly trigger: string },
  work: (log: Log) => Promise<void>,
): Promise<void> {
  const log = await openLog(context, logFormat, trigger !== 'manual');
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
