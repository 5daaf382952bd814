import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Env } from './config/settings.ts';
import { LedgerError, LockedError, UsageError } from './core/errors.ts';
import { TEXT_SCOPE, widens } from './core/reading/scope.ts';
import { isAhead, nextInstant, toInstant } from './core/time/instant.ts';
import { hashOf } from './ledger/archive/hash.ts';
import { openForRecording } from './ledger/record/open.ts';
import type { Recorded, RecordOptions } from './ledger/record/record.ts';
import { type Attempt, recordFailure, recordSame, type Snapshot } from './ledger/record/runs.ts';
import { lastAccepted, lastObserved, nextRunId, type TimelineRun } from './ledger/record/timeline.ts';
import { hasContent, requireFile } from './ledger/store/file.ts';
import { acquireLock, type Lock } from './ledger/store/lock.ts';
import { type Ledger, openForReading } from './ledger/store/open.ts';
import type { Ending, Notifier } from './notify/notifier.ts';
import { readBody } from './upstream/body.ts';
import { readApiKey } from './upstream/openrouter/credentials.ts';
import type { RetryNote } from './upstream/openrouter/fetchList.ts';
import { readLimits } from './upstream/openrouter/requestLimits.ts';
import type { Source } from './upstream/source.ts';

export interface SyncRequest {
  /** The data file. */
  readonly db: string;
  readonly source: Source;
  /** What the list covers, where the source does not tell. */
  readonly scope?: string | undefined;
  readonly trigger: Attempt['trigger'];
  /** Believe the answer whatever is missing from it. */
  readonly accept?: boolean | undefined;
  /** Do everything and take it back. */
  readonly dryRun?: boolean | undefined;
  /** A missing or empty data file is an error. */
  readonly mustExist?: boolean | undefined;
  /** How long to wait for another run to end, in milliseconds. */
  readonly waitMs?: number | undefined;
}

/** What a run needs of the world around it. */
export interface SyncDependencies {
  readonly env: Env;
  readonly stdin: Readable;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly userAgent: string;
  readonly onRetry: (note: RetryNote) => void;
  /** Takes the id that this run will have in `sync_runs`. */
  readonly onBegin?: (run: number) => void;
  /** Takes the result as soon as it is committed, before anybody else is told of it. */
  readonly report?: (result: SyncResult) => void | Promise<void>;
  /** Tells people of the run. */
  readonly notifier?: Notifier | undefined;
}

export interface SyncResult {
  readonly recorded: Recorded;
  readonly isNewFile: boolean;
  /** The newest accepted list before this run. */
  readonly previous: TimelineRun | undefined;
  /** The newest instant of the file where it lay far in the future: this run had to be dated behind it. */
  readonly ahead: string | undefined;
}

/**
 * One run: fetch the list, read it, compare it with the ledger, record what changed, report it, tell people.
 * @throws LedgerError of the kind that tells what failed; whatever failed upstream has left its row in `sync_runs`
 */
export async function sync(request: SyncRequest, dependencies: SyncDependencies): Promise<SyncResult> {
  const notifier = request.dryRun ? undefined : dependencies.notifier;
  let ending: Ending | undefined;
  try {
    const result = await runAlone(request, dependencies, notifier);
    ending = { recorded: result.recorded, isFirst: result.previous === undefined };
    await dependencies.report?.(result);
    return result;
  } catch (error) {
    // The run that holds the lock tells of itself.
    if (!(error instanceof LockedError)) ending ??= { error };
    throw error;
  } finally {
    if (ending !== undefined) await notifier?.end(request.db, ending);
  }
}

async function runAlone(
  request: SyncRequest,
  dependencies: SyncDependencies,
  notifier: Notifier | undefined,
): Promise<SyncResult> {
  if (request.mustExist) requireFile(request.db);
  if (request.dryRun && !hasContent(request.db)) return await syncInto(':memory:', request, dependencies);
  const lock = await acquireLock(request.db, { waitMs: request.waitMs, signal: dependencies.signal });
  notifier?.begin();
  try {
    // A file of an older schema is refused here: bringing it up to date would be writing.
    if (request.dryRun) openForReading(request.db).close();
    return await syncInto(request.db, request, dependencies, { lock, notifier });
  } finally {
    lock.release();
  }
}

async function syncInto(
  file: string,
  request: SyncRequest,
  dependencies: SyncDependencies,
  { lock, notifier }: { readonly lock?: Lock; readonly notifier?: Notifier | undefined } = {},
): Promise<SyncResult> {
  const ledger = await openForRecording(file, lock);
  try {
    return await run(ledger, request, dependencies, notifier);
  } finally {
    ledger.close();
  }
}

async function run(
  ledger: Ledger,
  request: SyncRequest,
  dependencies: SyncDependencies,
  notifier: Notifier | undefined,
): Promise<SyncResult> {
  const { source, trigger, dryRun } = request;
  dependencies.onBegin?.(nextRunId(ledger));
  const previous = lastAccepted(ledger);
  const scope = chooseScope(source, request.scope, previous?.scope);
  const begun = { trigger, source: source.label, scope, startedAt: toInstant(dependencies.now()) };
  const answer = await obtain(source, previous, dependencies).catch((error: unknown) => {
    if (error instanceof LedgerError && error.exitCode === 3 && !dryRun)
      noteFailure(ledger, begun, error, dependencies);
    throw error;
  });
  const now = dependencies.now();
  const { body, httpStatus, etag, attempts } = answer;
  const attempt = { ...begun, httpStatus, etag, attempts, finishedAt: toInstant(now) };
  const last = lastObserved(ledger);
  const observedAt = nextInstant(now, last);
  const seen = { ...attempt, observedAt, isAccepted: request.accept ?? false };
  const sha256 = body === null ? previous?.sha256 : hashOf(body);
  const same = sha256 === previous?.sha256 && scope === previous?.scope ? previous : undefined;
  const about = { source: source.label, scope, previous };
  const afterwards = (all: readonly Recorded[]): void => {
    for (const recorded of all) notifier?.enqueue(ledger, { ...about, recorded });
  };
  const recorded =
    same === undefined && body !== null
      ? await recordNew(ledger, { ...seen, body }, { dryRun, afterwards })
      : recordSame(ledger, seen, same ?? nothingSeen(), { dryRun });
  const ahead = last !== null && isAhead(last, now) ? last : undefined;
  return { recorded, isNewFile: ledger.isNew, previous, ahead };
}

function nothingSeen(): never {
  throw new TypeError('only what was seen before can be unmodified');
}

/** Reading and comparing are loaded only when there is something new. */
async function recordNew(ledger: Ledger, snapshot: Snapshot, options: RecordOptions): Promise<Recorded> {
  const { Recorder } = await import('./ledger/record/record.ts');
  const [recorded] = new Recorder(ledger).record([snapshot], options);
  if (recorded === undefined) throw new TypeError('one snapshot has one outcome');
  return recorded;
}

/**
 * What the list covers: read off a URL; else as the person says, as the data file has it, or as upstream's default is.
 * @throws UsageError when the data file is about another list
 */
function chooseScope(source: Source, told: string | undefined, known: string | undefined): string {
  if (source.kind === 'url' && told !== undefined && told !== source.scope) {
    throw new UsageError('scope_contradicted', `the source covers ${source.scope}, not ${told}; nothing was written`, {
      hint: 'leave --scope out: a URL tells its own',
    });
  }
  const scope = source.kind === 'url' ? source.scope : (told ?? known ?? TEXT_SCOPE);
  if (known !== undefined && known !== scope && !widens(known, scope)) {
    const message = `the data file is about the list ${known}, the source covers ${scope}; nothing was written`;
    throw new UsageError('other_scope', message, {
      hint: `ask for the list of the data file (${known}), or keep another one in a file of its own with --db FILE`,
    });
  }
  return scope;
}

interface Obtained {
  /** Null: the same as the newest accepted one. */
  readonly body: Buffer | null;
  readonly httpStatus: number | null;
  readonly etag: string | null;
  readonly attempts: number;
}

async function obtain(
  source: Source,
  previous: TimelineRun | undefined,
  dependencies: SyncDependencies,
): Promise<Obtained> {
  if (source.kind !== 'url') {
    return {
      body: await readBody(source, dependencies.stdin, dependencies.signal),
      httpStatus: null,
      etag: null,
      attempts: 1,
    };
  }
  const { fetchList } = await import('./upstream/openrouter/fetchList.ts');
  const { env, signal, userAgent, onRetry } = dependencies;
  const apiKey = readApiKey(env, (path) => readFileSync(path, 'utf8'));
  const etag = previous?.source === source.label && previous.scope === source.scope ? previous.etag : null;
  const limits = readLimits(env);
  const answer = await fetchList({ url: source.url, apiKey, etag, env, userAgent, signal, onRetry, limits });
  const { httpStatus, attempts } = answer;
  if (answer.kind === 'not-modified') return { body: null, httpStatus, etag: answer.etag ?? etag, attempts };
  return { body: answer.body, httpStatus, etag: answer.etag, attempts };
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
