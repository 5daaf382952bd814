import type { Readable } from 'node:stream';
import type { Env } from '../config/settings.ts';
import { readBody } from './inputBody.ts';
import { readApiKey } from './openrouter/credentials.ts';
import type { SourceAnswer } from './openrouter/fetchList.ts';
import type { RetryNote } from './openrouter/fetchOptions.ts';
import { type RequestLimits, readLimits } from './openrouter/requestLimits.ts';
import type { Source } from './source.ts';

/** The newest accepted list, which its own source is asked for only if it has changed. */
export interface NewestList {
  readonly source: string;
  readonly scope: string;
  readonly etag: string | null;
}

export interface SourceDependencies {
  readonly env: Env;
  readonly stdin: Readable;
  readonly signal: AbortSignal;
  readonly userAgent: string;
  readonly onRetry: (note: RetryNote) => void;
}

/** Settings of requests, from the environment. */
export interface RequestSettings {
  readonly apiKey: string | undefined;
  readonly limits: Partial<RequestLimits>;
}

/**
 * Reads the settings, once and before anything else is done, as a key may come through a pipe.
 * @throws UsageError where they are invalid
 */
export function readRequestSettings(source: Source, env: Env): RequestSettings {
  if (source.kind !== 'url') return { apiKey: undefined, limits: {} };
  return { apiKey: readApiKey(env), limits: readLimits(env) };
}

/**
 * Reads a file, standard input, or what an address answers.
 * @throws UpstreamError when there is no answer
 */
export async function fetchAnswer(
  source: Source,
  previous: NewestList | undefined,
  { env, stdin, signal, userAgent, onRetry }: SourceDependencies,
  { apiKey, limits }: RequestSettings,
): Promise<SourceAnswer> {
  if (source.kind !== 'url') {
    return { body: await readBody(source, stdin, signal), httpStatus: null, etag: null, attempts: 1 };
  }
  const { fetchList } = await import('./openrouter/fetchList.ts');
  const etag = previous?.source === source.label && previous.scope === source.scope ? previous.etag : null;
  return await fetchList({ url: source.url, apiKey, etag, env, userAgent, signal, onRetry, limits });
}
