import { readInputText } from '../../config/inputFile.ts';
import { DataFileError, LockedError, UsageError, withoutStop } from '../../core/errors.ts';
import { NotText, SAVE_AS_UTF8 } from '../../core/reading/text/encoding.ts';
import type { CountingTools } from '../../tokenizers/count.ts';
import type { Define } from '../shared/command.ts';
import type { Context } from '../shared/context.ts';
import type { LogFormat } from '../shared/formats.ts';
import { openLog } from '../shared/log.ts';
import { readSpan, type ServerOptions } from '../shared/options.ts';
import { countingTools } from '../tokens/tools.ts';

interface Options extends ServerOptions {
  readonly db: string;
  readonly tokenizer?: readonly string[];
  readonly maxAge?: number;
  readonly logFormat: LogFormat;
}

export const define: Define = (command, context) => {
  command
    .shares('host', 'port', 'basePath', 'tokenFile', 'db', 'tokenizer')
    .option('--max-age <span>', '/healthz is 503 when the last good run is older: 90m, 6h, 2d', readSpan)
    .shares('logFormat')
    .action((options: Options) => serve(options, context))
    .examples([
      ['serve', 'the list, its past and a page, at http://127.0.0.1:8787/'],
      ['serve --port 80 --host 0.0.0.0 --token-file token', 'for other machines too; the API needs the token'],
      ['serve --base-path /ledger', 'behind a proxy that serves other things too'],
    ]);
};

async function serve(options: Options, context: Context): Promise<void> {
  const token = options.tokenFile === undefined ? undefined : readToken(options.tokenFile);
  const [{ makeApp }, { listen }, { LedgerSource }, { readAssets }, { serverSite }] = await Promise.all([
    import('../../server/app.ts'),
    import('../../server/listen.ts'),
    import('../../server/source/ledgerSource.ts'),
    import('../../server/assets.ts'),
    import('../../server/site.ts'),
  ]);
  const log = openLog(context, options.logFormat, true);
  // Only to report a mistyped tokenizer at once.
  countingTools(options, context, () => {});
  const source = new LedgerSource(options.db);
  const onError = (error: unknown): void => log.error(wordsOf(error));
  checkFile(source, onError);
  const { basePath: base, host, port } = options;
  if (token === undefined && !isLoopback(host))
    log.warn(`Anyone who reaches ${host} can read everything: give --token-file, or bind to 127.0.0.1 behind a proxy.`);
  const site = serverSite({ base, version: context.version, assets: readAssets(), needsToken: token !== undefined });
  const tools = (signal: AbortSignal): CountingTools => countingTools(options, { ...context, signal }, () => {});
  const app = makeApp({ site, source, token, maxAgeMs: options.maxAge ?? null, now: context.now, tools, onError });
  try {
    await listen(app, {
      host,
      port,
      signal: context.signal,
      onRequest: (line) => {
        const { method, url, status, ms } = line;
        log.info(`${method} ${url} ${status} ${ms.toFixed(1)} ms`, { ...line, ms: Math.round(ms * 10) / 10 });
      },
      onListening: (address) =>
        log.info(`Serving ${options.db} at http://${hostWords(address.host)}:${address.port}${base}/`),
    });
  } catch (cause) {
    throw listenError(cause, options);
  } finally {
    source.close();
  }
}

function listenError(cause: unknown, { host, port }: Options): unknown {
  if (!(cause instanceof Error) || !('code' in cause)) return cause;
  const message = `${hostWords(host)}:${port} cannot be listened at: ${withoutStop(cause.message)}.`;
  return new UsageError('cannot_listen', message, { hint: 'Give another --port or --host.', cause });
}

/** Only warns: the file may be created later, but its name may also be mistyped. */
function checkFile(source: { ask: (work: () => void) => void }, onError: (error: unknown) => void): void {
  try {
    source.ask(() => {});
  } catch (error) {
    if (!(error instanceof DataFileError) && !(error instanceof LockedError)) throw error;
    onError(error);
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof DataFileError || error instanceof LockedError) return error.advice;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function readToken(file: string): string {
  let token: string;
  try {
    token = readInputText(file).trim();
  } catch (cause) {
    const isText = !(cause instanceof NotText);
    const fault = isText ? 'cannot be read' : 'is neither UTF-8 nor UTF-16';
    throw new UsageError('token_file', `The file of --token-file, ${file}, ${fault}; nothing is served.`, {
      hint: isText ? 'Check its path and its rights.' : SAVE_AS_UTF8,
      cause,
    });
  }
  if (token === '')
    throw new UsageError('token_file', `The file of --token-file, ${file}, is empty; nothing is served.`, {
      hint: 'Put the bare token into it.',
    });
  return token;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d+){3}$/.test(host);
}

function hostWords(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
