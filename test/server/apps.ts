import type { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import { makeApp } from '../../src/server/app.ts';
import { readAssets } from '../../src/server/assets.ts';
import { serverSite } from '../../src/server/site.ts';
import { LedgerSource } from '../../src/server/source/ledgerSource.ts';

export interface TestApp {
  readonly app: Hono;
  readonly errors: unknown[];
  readonly source: LedgerSource;
}

/** The server without its sockets. */
export function openApp(
  db: string,
  options: { now?: string; token?: string; base?: string; maxAgeMs?: number } = {},
): TestApp {
  const { now = '2026-11-22T12:00:00Z', token, base = '', maxAgeMs = null } = options;
  const source = new LedgerSource(db);
  const errors: unknown[] = [];
  const app = makeApp({
    site: serverSite({ base, version: '0.0.0', assets: readAssets(), needsToken: token !== undefined }),
    ...{ source, token, maxAgeMs, now: () => new Date(now) },
    tools: (signal) => ({ files: [], learned: undefined, signal, onProgress: () => {} }),
    onError: (error) => errors.push(error),
  });
  return { app, errors, source };
}

/** The same, closed when the test ends. */
export function newApp(db: string, options: Parameters<typeof openApp>[1] = {}): TestApp {
  const opened = openApp(db, options);
  onTestFinished(() => opened.source.close());
  return opened;
}

/** What an answer says; its shape is what the test expects of it. */
export async function jsonOf(response: Response): Promise<ReturnType<typeof JSON.parse>> {
  return JSON.parse(await response.text());
}
