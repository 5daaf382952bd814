import type { Failure, SweepCounts } from './core/endpoints/tally.ts';
import { LedgerError, UsageError } from './core/errors.ts';
import type { SetAside } from './ledger/endpoints/gathered.ts';
import type { ModelChanges } from './ledger/endpoints/look.ts';
import { SweepUnderWay } from './ledger/record/sweep/sweepUnderWay.ts';
import { requireFile } from './ledger/store/file.ts';
import { acquireSweepLock } from './ledger/store/lock.ts';
import { type AskedModel, askModels } from './upstream/openrouter/askModels.ts';
import { readApiKey } from './upstream/openrouter/credentials.ts';
import { FetchError } from './upstream/openrouter/fault.ts';
import { type EndpointsClient, openEndpoints } from './upstream/openrouter/fetchEndpoints.ts';
import type { RetryNote } from './upstream/openrouter/fetchOptions.ts';
import { readLimits } from './upstream/openrouter/requestLimits.ts';
import type { Source } from './upstream/source.ts';

export interface SweepRequest {
  /** The data file. */
  readonly db: string;
  /** The list's address; models are asked for below it. */
  readonly source: Source;
  readonly trigger: 'manual' | 'cron' | 'daemon';
  /** Only the models that match this pattern. */
  readonly model?: string | undefined;
  /** Between two requests, in milliseconds. */
  readonly pauseMs: number;
  /** Keep status and uptimes too. */
  readonly telemetry?: boolean | undefined;
  readonly mustExist?: boolean | undefined;
  /** How long to wait for another sweep to end, in milliseconds. */
  readonly waitMs?: number | undefined;
}

export interface SweepDependencies {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly userAgent: string;
  /** @throws when `signal` ends the wait */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since some moment: a clock that nobody sets. */
  readonly elapsedMs: () => number;
  readonly onRetry: (note: RetryNote) => void;
  readonly onFailure: (failure: Failure) => void;
  readonly onProgress: (done: number, total: number) => void;
  /** Told of what did not succeed after everything was recorded, in words. */
  readonly onWarning?: (words: string) => void;
}

export interface SweepResult extends SweepCounts {
  readonly id: number;
  readonly status: 'complete' | 'partial' | 'failed';
  readonly isResumed: boolean;
  /** Stopped by a signal; the next sweep goes on from here. */
  readonly isStopped: boolean;
  /** So much went wrong that not all models were asked about. */
  readonly isGivenUp: boolean;
  readonly failures: readonly Failure[];
  readonly changes: readonly ModelChanges[];
  /** Endpoints that could not be believed; they keep their last state. */
  readonly setAside: readonly SetAside[];
}

/**
 * One sweep: asks about every listed model, one after the other, and records what each answered. What could be had is
 * kept, whatever happens later.
 * @throws LedgerError of the kind that tells what failed
 */
export async function sweep(request: SweepRequest, dependencies: SweepDependencies): Promise<SweepResult> {
  const { source, db, waitMs } = request;
  if (source.kind !== 'url') {
    throw new UsageError('no_url', 'Endpoints are asked for below the address of the list; nothing was asked.', {
      hint: 'Give --source the URL of the list, or import saved answers: model-ledger import endpoints.',
    });
  }
  // Without a list there is nothing to ask about, and a file made now would be an empty one.
  requireFile(db);
  const lock = await acquireSweepLock(db, { waitMs, signal: dependencies.signal });
  try {
    const client = await openClient(source.url, dependencies);
    try {
      return await askAndRecord(client, request, dependencies);
    } finally {
      await client.close();
    }
  } finally {
    lock.release();
  }
}

function openClient(url: URL, { env, userAgent, signal, onRetry, wait }: SweepDependencies): Promise<EndpointsClient> {
  const [apiKey, limits] = [readApiKey(env), readLimits(env)];
  return openEndpoints({ url, apiKey, env, userAgent, signal, onRetry, wait, limits });
}

/** Ask, read, compare, record; again for the models that the list has gained meanwhile; report. */
async function askAndRecord(
  client: EndpointsClient,
  { db, source, trigger, model, telemetry, pauseMs }: SweepRequest,
  { now, signal, wait, elapsedMs, onFailure, onProgress, onWarning }: SweepDependencies,
): Promise<SweepResult> {
  const plan = { trigger, source: source.label, narrowedTo: model ?? null };
  const underWay = await SweepUnderWay.begin(db, plan, { telemetry, now, signal, elapsedMs, onWarning });
  const asking = { pauseMs, now, wait, signal, isOver: () => underWay.tally.isHopeless };
  for (let models = underWay.models; models.length > 0; ) {
    for await (const asked of askModels(client, models, asking)) {
      const failure = take(asked, underWay);
      if (failure !== undefined) onFailure(failure);
      underWay.tally.requested(client.requests());
      onProgress(underWay.done, underWay.total);
      if (underWay.isDue) await underWay.record();
    }
    underWay.tally.requested(client.requests());
    models = await underWay.recordAndEnd();
  }
  return underWay.result;
}

/** There was an answer, and it could not be believed. */
const ANSWERED = { httpStatus: null, isUnreached: false };

/** Hands an answer over; returns what was wrong where there was none, or none that could be believed. */
function take({ model, at, outcome }: AskedModel, underWay: SweepUnderWay): Failure | undefined {
  try {
    if (outcome instanceof LedgerError) throw outcome;
    underWay.take(model, at, outcome.kind === 'none' ? null : outcome.body);
    return undefined;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const failure = { model, code: error.code, message: error.message };
    const { httpStatus, isUnreached } = error instanceof FetchError ? error : ANSWERED;
    underWay.tally.failed(failure, { httpStatus, isUnreached });
    return failure;
  }
}
