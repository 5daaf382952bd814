import type { Failure, SweepCounts } from './core/endpoints/tally.ts';
import { LedgerError } from './core/errors.ts';
import type { ReportedChanges } from './ledger/endpoints/observedAnswer.ts';
import type { SetAside } from './ledger/endpoints/pendingAnswers.ts';
import { SweepUnderWay } from './ledger/record/sweep/sweepUnderWay.ts';
import { requireFile } from './ledger/store/file.ts';
import { acquireSweepLock } from './ledger/store/lock.ts';
import { readRequestSettings, type SourceDependencies } from './upstream/answer.ts';
import { type AskedModel, askModels } from './upstream/openrouter/askModels.ts';
import { FetchError } from './upstream/openrouter/fault.ts';
import { type EndpointsClient, openEndpoints } from './upstream/openrouter/fetchEndpoints.ts';
import { requireAddress, type Source } from './upstream/source.ts';

export interface SweepRequest {
  /** The data file. */
  readonly db: string;
  /** The address of the list, below which those of its models are. */
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

export interface SweepDependencies extends Omit<SourceDependencies, 'stdin'> {
  readonly now: () => Date;
  /** @throws when `signal` ends the wait */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A monotonic clock, in milliseconds. */
  readonly elapsedMs: () => number;
  readonly onFailure: (failure: Failure) => void;
  readonly onProgress: (done: number, total: number) => void;
  /** Told of what failed after everything was recorded, in words. */
  readonly onWarning?: (words: string) => void;
}

export interface SweepResult extends SweepCounts {
  readonly id: number;
  readonly status: 'complete' | 'partial' | 'failed';
  readonly isResumed: boolean;
  /** Stopped by a signal, to be resumed by the next sweep. */
  readonly isStopped: boolean;
  /** Given up before all models were asked about, as too much went wrong. */
  readonly isGivenUp: boolean;
  readonly failures: readonly Failure[];
  readonly changes: readonly ReportedChanges[];
  /** Broken endpoints, which keep their last state. */
  readonly setAside: readonly SetAside[];
}

/**
 * One sweep: asks about every listed model, one after the other, and records the answers. What is recorded stays,
 * whatever happens later.
 * @throws LedgerError of the kind that tells what failed
 */
export async function sweep(request: SweepRequest, dependencies: SweepDependencies): Promise<SweepResult> {
  const { source, db, waitMs } = request;
  const { env, signal, userAgent, onRetry, wait } = dependencies;
  const { url } = requireAddress(source, 'import saved answers: model-ledger import endpoints');
  // A new file would have no list, and so no models to ask about.
  requireFile(db);
  const lock = await acquireSweepLock(db, { waitMs, signal });
  try {
    const settings = readRequestSettings(source, env);
    const client = await openEndpoints({ url, ...settings, env, userAgent, signal, onRetry, wait });
    try {
      return await askAndRecord(client, request, dependencies);
    } finally {
      await client.close();
    }
  } finally {
    lock.release();
  }
}

/** Asks about all models, then about those that the list has gained meanwhile, and records the answers. */
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

/** The outcome of a request whose answer was rejected. */
const ANSWERED = { httpStatus: null, isUnreached: false };

/** Passes an answer on; returns a failure where there was none, or none that is valid. */
function take({ model, at, outcome }: AskedModel, underWay: SweepUnderWay): Failure | undefined {
  try {
    if (outcome instanceof LedgerError) throw outcome;
    underWay.take(model, at, outcome);
    return undefined;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const failure = { model, code: error.code, message: error.message };
    const { httpStatus, isUnreached } = error instanceof FetchError ? error : ANSWERED;
    underWay.tally.failed(failure, { httpStatus, isUnreached });
    return failure;
  }
}
