import { Socket } from 'node:net';
import pg from 'pg';
import { ExportError, LedgerError, UsageError, withoutStop } from '../../core/errors.ts';

/** Where the tables go. */
export interface Destination {
  /** `postgres://user:password@host:5432/database`; missing parts come from `PGHOST`, `PGPASSWORD`, `~/.pgpass`, … */
  readonly url: string;
  readonly schema: string;
  /** Stops the export and rolls back what it has written. */
  readonly signal: AbortSignal;
  /** How long to wait for a connection, in milliseconds. */
  readonly connectMs?: number;
}

const CONNECT_MS = 15_000;
/** How long to wait for the server to confirm the end, when everything is done. */
const CLOSE_MS = 1000;
/** Longer than any single statement of a full export takes. */
const STATEMENT_MS = 10 * 60_000;

/**
 * Connects, does the work, and closes the connection whatever happens.
 * @param work must call `onCommit` just before it commits
 * @throws ExportError that names the server, never the password, when it cannot be reached, refuses or fails
 */
export async function withConnection<T>(
  destination: Destination,
  work: (client: pg.Client, onCommit: () => void) => Promise<T>,
): Promise<T> {
  const { url, schema, signal, connectMs = CONNECT_MS } = destination;
  checkSchema(schema);
  // Our own socket, so that it can be destroyed: a server that does not answer would delay a regular end.
  const socket = new Socket();
  const client = new pg.Client({
    stream: () => socket,
    connectionString: checkUrl(url),
    connectionTimeoutMillis: connectMs,
    statement_timeout: STATEMENT_MS,
    application_name: 'model-ledger',
    keepAlive: true,
  });
  // A connection that breaks between two statements would otherwise end the process.
  client.on('error', () => {});
  const stop = (): void => void socket.destroy();
  let state = 'nothing was changed there';
  // If the connection is lost from here on, nobody knows whether the server has committed.
  const onCommit = (): void => {
    state = 'it is there as before or as after';
  };
  try {
    signal.throwIfAborted();
    signal.addEventListener('abort', stop, { once: true });
    await client.connect();
    return await work(client, onCommit);
  } catch (cause) {
    signal.throwIfAborted();
    throw toExportError(cause, client, state);
  } finally {
    const late = setTimeout(stop, CLOSE_MS);
    if (!socket.destroyed) await client.end().catch(() => {});
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
  }
}

function checkSchema(schema: string): void {
  if (/^(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}$/.test(schema)) return;
  throw new UsageError('bad_schema', `"${schema}" is not a name for a schema.`, {
    hint: 'Use lower-case letters, digits and underscores, and no name of PostgreSQL itself, as in --schema model_ledger.',
  });
}

function checkUrl(url: string): string {
  if (URL.canParse(url) && /^postgres(?:ql)?:$/.test(new URL(url).protocol)) return url;
  // The message does not quote it, because it may contain a password.
  throw new UsageError('bad_postgres_url', 'The address of the PostgreSQL server is not a postgres:// URL.', {
    hint: 'Give postgres://user@host:5432/database, best as MODEL_LEDGER_POSTGRES_URL, which no process list shows.',
  });
}

function toExportError(cause: unknown, { host, port, database }: pg.Client, state: string): Error {
  if (cause instanceof LedgerError) return cause;
  const reason =
    cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : cause.name) : String(cause);
  const message = `PostgreSQL at ${host}:${port}, database ${database}: ${withoutStop(reason)}; ${state}.`;
  return new ExportError('postgres', message, {
    cause,
    hint: 'Export again: the next one makes good what this one did not.',
  });
}
