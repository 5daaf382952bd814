import { escapeControls } from '../../core/format/text.ts';

type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** Messages about a run: for people as they are, for machines with their fields. */
export interface Log {
  readonly isJson: boolean;
  info(text: string, fields?: Fields): void;
  warn(text: string, fields?: Fields): void;
  error(text: string, fields?: Fields): void;
  /** From now on every line names this run of `sync_runs`. */
  nameRun(id: number): void;
}

export const LOG_FORMATS = ['auto', 'text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

type Write = (text: string) => void;

/** Lines for people; what upstream wrote can neither end a line nor steer the terminal. */
export function textLog(write: Write): Log {
  const line = (text: string): void => write(`${text.split('\n').map(escapeControls).join('\n')}\n`);
  return { isJson: false, info: line, warn: line, error: line, nameRun: () => {} };
}

/** One JSON object a line, `{"level":"info","time":"2026-06-07T18:23:50.000Z","run":12,"msg":"…"}`. */
export async function jsonLog(write: Write, now: () => Date): Promise<Log> {
  // Loaded here because it costs 25 ms, which a run by hand need not pay.
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
      const safe = Object.entries(fields).map(([key, value]) => [
        key,
        typeof value === 'string' ? escapeControls(value) : value,
      ]);
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
