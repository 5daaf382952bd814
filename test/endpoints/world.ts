import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openForRecording } from '../../src/ledger/record/open.ts';
import { verify } from '../../src/ledger/record/verify.ts';
import { openForReading } from '../../src/ledger/store/open.ts';
import { type SweepRequest, type SweepResult, sweep } from '../../src/sweep.ts';
import { readSource } from '../../src/upstream/source.ts';
import { documentOf } from '../core/documents.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { beginLedger, record } from '../ledgers.ts';
import { listen } from '../loopback.ts';
import { newFolder } from '../program/program.ts';
import { type Row, rows } from './rows.ts';

/** An instant of a day in August. */
export const T = (hour: number, minute = 0, ms = 0): string =>
  new Date(Date.UTC(2026, 7, 1, hour, minute, 0, ms)).toISOString();

export type Json = Record<string, unknown>;

/** An endpoint as upstream writes it, telemetry included; what is given stands in place of, or beside, what it has. */
export function endpointOf(provider: string, prompt: string, more: Json = {}): Json {
  const slug = provider.toLowerCase();
  return {
    name: `${provider} | a/1`,
    model_id: 'a/1',
    model_name: 'A: One',
    context_length: 4096,
    pricing: { prompt, completion: '0.000002', discount: 0 },
    provider_name: provider,
    tag: slug,
    quantization: 'fp8',
    max_completion_tokens: null,
    max_prompt_tokens: null,
    supported_parameters: ['tools'],
    status: 0,
    uptime_last_30m: 99.9,
    latency_last_30m: { p50: 1 },
    ...more,
  };
}

/** What the loopback upstream does when it is asked about a model. */
export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** An upstream on the loopback that goes when the test ends. */
export class Upstream {
  /** By model: its endpoints, or how to answer. A model that is not there is answered with 404. */
  readonly models = new Map<string, readonly Json[] | Reply>();
  /** Paths asked for, in their order. */
  readonly asked: string[] = [];
  url = '';
  /** Goes away with every connection; what is asked then finds nobody. */
  stop = (): void => {};

  static async start(whenOver: (clean: () => void) => void = onTestFinished): Promise<Upstream> {
    const upstream = new Upstream();
    const server = createServer((request, response) => upstream.#answer(request, response));
    const { port, close } = await listen(server, whenOver);
    upstream.stop = () => {
      server.close();
      setImmediate(close);
    };
    upstream.url = `http://127.0.0.1:${port}/api/v1/models`;
    return upstream;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.asked.push(path);
    const [, id = ''] = /^\/api\/v1\/models\/(.*)\/endpoints$/.exec(decodeURIComponent(path)) ?? [];
    const found = this.models.get(id);
    if (typeof found === 'function') {
      found(request, response);
      return;
    }
    response.setHeader('content-type', 'application/json');
    if (found === undefined) {
      response.statusCode = 404;
      response.end('{"error":{"code":404,"message":"No endpoints found"}}');
    } else response.end(JSON.stringify({ data: { id, name: id, endpoints: found } }));
  }
}

/** Records a list of these ids, so that they are listed and all others are not. */
export async function list(db: string, at: string, ids: readonly string[]): Promise<void> {
  const ledger = await (existsSync(db) ? openForRecording(db) : beginLedger(db));
  try {
    record(
      ledger,
      snapshot(
        at,
        ids.map((id) => documentOf(id)),
        { isAccepted: true },
      ),
    );
  } finally {
    ledger.close();
  }
}

/** A ledger in which these models are listed, and an upstream to be asked about them. */
export async function newWorld(ids: readonly string[]): Promise<{ db: string; upstream: Upstream }> {
  const db = join(newFolder(), 'ledger.db');
  await list(db, T(0), ids);
  return { db, upstream: await Upstream.start() };
}

/** What verify finds in a data file. */
export async function problemsOf(db: string): Promise<readonly string[]> {
  const ledger = openForReading(db);
  try {
    return (await verify(ledger)).problems;
  } finally {
    ledger.close();
  }
}

export interface Sweeping extends Partial<Omit<SweepRequest, 'db' | 'source'>> {
  readonly at: string;
  /** By how much the clock advances with every look at it, in milliseconds. */
  readonly tickMs?: number;
  readonly signal?: AbortSignal;
  /** For one attempt. */
  readonly timeoutMs?: number;
  /** Told of each pause and each wait before a retry, in milliseconds. */
  readonly onWait?: (ms: number) => unknown;
}

/** One sweep of the story itself, at an instant, without pauses. */
export async function sweepAt(
  db: string,
  url: string,
  { at, tickMs = 0, signal, timeoutMs, onWait, ...request }: Sweeping,
): Promise<SweepResult> {
  let ticks = 0;
  return await sweep(
    { db, source: readSource(url), trigger: 'manual', pauseMs: 0, ...request },
    {
      env: {
        MODEL_LEDGER_RETRY_DELAY_MS: '1',
        ...(timeoutMs !== undefined && { MODEL_LEDGER_TIMEOUT_MS: String(timeoutMs) }),
      },
      now: () => new Date(Date.parse(at) + tickMs * ticks++),
      signal: signal ?? new AbortController().signal,
      userAgent: 'test',
      elapsedMs: () => 0,
      wait: async (ms) => void (await onWait?.(ms)),
      onRetry: () => {},
      onFailure: () => {},
      onProgress: () => {},
    },
  );
}

/** Rows of the data file. */
export function ask(db: string, sql: string): Row[] {
  const ledger = openForReading(db);
  try {
    return rows(ledger, sql);
  } finally {
    ledger.close();
  }
}
