import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { listen } from '../loopback.ts';

/** A real PostgreSQL server of its own, on loopback, gone with the tests. */
export interface PostgresServer {
  readonly url: (user?: string, password?: string, database?: string) => string;
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  readonly stop: () => void;
}

export const PASSWORD = 'canary-of-the-database';

/** Where Debian puts the programs, or where the PATH has them. */
function findPrograms(): string | undefined {
  const versions = '/usr/lib/postgresql';
  const folders = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : [];
  const found = [...folders.reverse(), ...(process.env.PATH ?? '').split(':')];
  return found.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** PostgreSQL refuses to run as root: then the account that Debian's package made runs it. */
function account(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Why there is no server to test against; undefined where there is one. */
export function whyNoServer(): string | undefined {
  if (findPrograms() === undefined) return 'the programs of a PostgreSQL server are not installed';
  try {
    account();
    return undefined;
  } catch {
    return 'the tests run as root, and there is no account "postgres" to run a server';
  }
}

export async function startServer(): Promise<PostgresServer> {
  const bin = findPrograms() ?? '';
  const as = account();
  const folder = mkdtempSync(join(tmpdir(), 'model-ledger-postgres-'));
  if (as !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const quiet = { ...as, cwd: folder, stdio: 'ignore' as const };
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'owner', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    quiet,
  );
  const port = await freePort();
  const args = [
    '-D',
    data,
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-k',
    folder,
    '-c',
    'fsync=off',
    '-c',
    'logging_collector=off',
  ];
  const server = spawn(join(bin, 'postgres'), args, quiet);
  const url = (user = 'owner', password = '', database = 'postgres'): string =>
    `postgres://${user}${password === '' ? '' : `:${password}`}@127.0.0.1:${port}/${database}`;
  const query = async (sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: url() });
    await client.connect();
    try {
      return (await client.query(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  };
  await untilReady(query);
  const stop = (): void => {
    server.kill('SIGINT');
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, query, stop };
}

async function untilReady(query: PostgresServer['query']): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await query('SELECT 1');
      return;
    } catch (error) {
      if (tries > 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function freePort(): Promise<number> {
  const { port, close } = await listen(createServer(), () => {});
  await close();
  return port;
}
