import { LedgerError, LockedError } from './core/errors.ts';
import { isAhead, nextInstant, toInstant } from './core/time/instant.ts';
import { hashOf } from './ledger/archive/hash.ts';
import { type LedgerOptions, withLedger } from './ledger/record/open.ts';
import type { Recorded } from './ledger/record/record.ts';
import { type Attempt, recordFailure, recordSame } from './ledger/record/runs.ts';
import { lastAccepted, newestObservedAt, nextRunId, type TimelineRun } from './ledger/record/timeline.ts';
import type { Ledger } from './ledger/store/open.ts';
import type { Notifier } from './notify/notifier.ts';
import type { Ending } from './notify/summary.ts';
import { fetchAnswer, type RequestSettings, readRequestSettings, type SourceDependencies } from './upstream/answer.ts';
import type { SourceAnswer } from './upstream/openrouter/fetchList.ts';
import { chooseScope } from './upstream/scope.ts';
import type { Source } from './upstream/source.ts';

export interface SyncRequest extends LedgerOptions {
  readonly source: Source;
  /** What the list covers, for sources that do not tell. */
  readonly scope?: string | undefined;
  readonly trigger: Attempt['trigger'];
  /** Accept the answer, whatever is missing from it. */
  readonly accept?: boolean | undefined;
}

/** What a run needs of the world around it. */
export interface SyncDependencies extends SourceDependencies {
  readonly now: () => Date;
  /** Told of what failed after everything was recorded, in words. */
  readonly onWarning?: (words: string) => void;
  /** Takes the id that this run will have in `sync_runs`. */
  readonly onBegin?: (run: number) => void;
  /** Takes the result once it is committed, before people are notified. */
  readonly report?: (result: SyncOutcome) => void | Promise<void>;
  /** Notifies people of the run. */
  readonly notifier?: Notifier | undefined;
}

export interface SyncOutcome {
  readonly recorded: Recorded;
  readonly isNewFile: boolean;
  /** The newest accepted list before this run. */
  readonly previous: TimelineRun | undefined;
  /** The newest instant of the file if it was far in the future, so that this run had to be dated after it. */
  readonly ahead: string | undefined;
}

/**
 * One run: fetch the list, read it, compare it with the ledger, record what changed, report it, notify people.
 * @throws LedgerError of the kind that tells what failed; whatever failed upstream has left its row in `sync_runs`
 */
export async function sync(request: SyncRequest, dependencies: SyncDependencies): Promise<SyncOutcome> {
  const notifier = request.dryRun ? undefined : dependencies.notifier;
  const settings = readRequestSettings(request.source, dependencies.env);
  let ending: Ending | undefined;
  try {
    const result = await withLedger(request, dependencies, (ledger) =>
      fetchAndRecord(ledger, request, { ...dependencies, settings }, notifier),
    );
    ending = { recorded: result.recorded, isFirst: result.previous === undefined };
    await dependencies.report?.(result);
    return result;
  } catch (error) {
    // Another run has the lock, and notifies people itself.
    if (!(error instanceof LockedError)) ending ??= { error };
    throw error;
  } finally {
    if (ending !== undefined) await notifier?.end(request.db, ending);
  }
}

/** From the request to upstream to the commit. */
async function fetchAndRecord(
  ledger: Ledger,
  request: SyncRequest,
  dependencies: SyncDependencies & { readonly settings: RequestSettings },
  notifier: Notifier | undefined,
): Promise<SyncOutcome> {
  notifier?.begin();
  dependencies.onBegin?.(nextRunId(ledger));
  const { source, trigger, dryRun } = request;
  const previous = lastAccepted(ledger);
  const scope = chooseScope(source, request.scope, previous?.scope);
  const begun = { trigger, source: source.label, scope, startedAt: toInstant(dependencies.now()) };

  const answer = await fetchAnswer(source, previous, dependencies, dependencies.settings).catch((error: unknown) => {
    if (!dryRun && error instanceof LedgerError && error.exitCode === 3)
      noteFailure(ledger, begun, error, dependencies);
    throw error;
  });
  const last = newestObservedAt(ledger);
  const ahead = last !== null && isAhead(last, dependencies.now()) ? last : undefined;
  const seen = { ...begun, ...stampArrival(ledger, answer, dependencies), isAccepted: request.accept ?? false };
  const outcome = { isNewFile: ledger.isNew, previous, ahead };
  if (isUnchanged(answer, scope, previous))
    return { ...outcome, recorded: recordSame(ledger, seen, previous.sha256, { dryRun }) };

  if (answer.body === null) throw new TypeError('only a list that is known can be unmodified');
  const afterwards = (recorded: Recorded): void =>
    notifier?.enqueue(ledger, { source: source.label, scope, previous, recorded });
  // Loaded only now, as a run that finds nothing new can do without these 40 ms.
  const { record: readCompareAndRecord } = await import('./ledger/record/record.ts');
  const snapshot = { ...seen, body: answer.body };
  const recorded = await readCompareAndRecord(ledger, snapshot, { dryRun, afterwards }, dependencies.signal);
  return { ...outcome, recorded };
}

/** When the answer came: by the clock, but never before the newest answer of the ledger. */
function stampArrival(ledger: Ledger, { httpStatus, etag, attempts }: SourceAnswer, dependencies: SyncDependencies) {
  const now = dependencies.now();
  const observedAt = nextInstant(now, newestObservedAt(ledger));
  return { httpStatus, etag, attempts, finishedAt: toInstant(now), observedAt };
}

function isUnchanged(
  { body }: SourceAnswer,
  scope: string,
  previous: TimelineRun | undefined,
): previous is TimelineRun {
  return previous?.scope === scope && (body === null || hashOf(body) === previous.sha256);
}

function noteFailure(
  ledger: Ledger,
  begun: Pick<Attempt, 'trigger' | 'source' | 'scope' | 'startedAt'>,
  error: LedgerError,
  dependencies: SyncDependencies,
): void {
  const httpStatus = 'httpStatus' in error && typeof error.httpStatus === 'number' ? error.httpStatus : null;
  const attempts = 'attempts' in error && typeof error.attempts === 'number' ? error.attempts : 1;
  const finishedAt = toInstant(dependencies.now());
  recordFailure(ledger, { ...begun, finishedAt, httpStatus, attempts, etag: null }, error);
}
