import { byInstant } from './core/collections.ts';
import { ENDPOINTS, type EndpointList, readAnswer } from './core/endpoints/answer.ts';
import { type Recording, readRecording } from './core/endpoints/recording.ts';
import { RejectedError } from './core/errors.ts';
import { notJson } from './core/reading/rejection.ts';
import { NotJson } from './core/reading/scan.ts';
import { isAhead } from './core/time/instant.ts';
import { dayOf } from './core/time/when.ts';
import { EndpointImport, type ImportCounts } from './ledger/endpoints/imports.ts';
import { withLockedLedger } from './ledger/record/open.ts';
import { stateAfter } from './ledger/store/failure.ts';
import type { Ledger } from './ledger/store/open.ts';
import { delayedAbort, ignoreAbort, type Steps } from './ledger/store/steps.ts';
import { transactInTurns } from './ledger/store/transaction.ts';
import type {
  History,
  ImportDependencies,
  OnLeftOut,
  UnreadableVersion,
  Version,
  VersionBody,
} from './upstream/history.ts';

export interface EndpointsImportRequest {
  /** The data file. */
  readonly db: string;
  readonly history: History;
  /** Whether the instants of the versions take precedence over those that the files tell. */
  readonly isDated: boolean;
  readonly waitMs?: number | undefined;
}

export interface EndpointsImportResult extends Readonly<ImportCounts> {
  readonly isNewFile: boolean;
  readonly files: number;
  /** Files and answers of which nothing could be believed. */
  readonly rejected: number;
  /** Files that tell no instant, neither in their content nor by their names. */
  readonly undated: number;
  /** Files whose content and names tell different days; the content is believed. */
  readonly otherwise: number;
  /** Files that also hold the list, which another command imports. */
  readonly lists: number;
  readonly isStopped: boolean;
}

/** So many files share a transaction. */
const BATCH = 16;

/**
 * Records saved answers about endpoints, wherever in time they belong. Stopped at any instant, the file is as after
 * some batch, and the same import goes on from there.
 * @throws LedgerError of the kind that tells what failed
 */
export async function importEndpoints(
  request: EndpointsImportRequest,
  dependencies: ImportDependencies,
): Promise<EndpointsImportResult> {
  const lockOptions = { waitMs: request.waitMs, signal: dependencies.signal };
  return await withLockedLedger(request.db, lockOptions, (ledger) => recordFiles(ledger, request, dependencies));
}

interface SavedRecording {
  readonly version: Version;
  readonly observedAt: string;
  readonly recording: Recording;
}

/** Counts while it goes on; those of {@link ImportCounts} only what is committed. */
type Totals = { -readonly [Key in keyof Omit<EndpointsImportResult, 'isNewFile' | 'isStopped'>]: number };

/** Reads one file after the other, and records them, a batch a transaction. */
async function recordFiles(
  ledger: Ledger,
  { history, isDated }: EndpointsImportRequest,
  { now, signal, onProgress, onLeftOut }: ImportDependencies,
): Promise<EndpointsImportResult> {
  const total: Totals = {
    sweeps: 0,
    answers: 0,
    known: 0,
    conflicts: 0,
    files: 0,
    rejected: 0,
    undated: 0,
    otherwise: 0,
    lists: 0,
  };
  const atLast = delayedAbort(signal);
  let recorded = 0;
  let batch: SavedRecording[] = [];
  const write = async (): Promise<void> => {
    const steps = record(ledger, batch, total, onLeftOut);
    const state = stateAfter(ledger, recorded, 'files');
    const counts = await transactInTurns(ledger, state, steps, atLast).catch(ignoreAbort(signal));
    if (counts === undefined) return;
    for (const key of ['sweeps', 'answers', 'known', 'conflicts'] as const) total[key] += counts[key];
    recorded += batch.length;
    batch = [];
  };
  for await (const body of history.bodies(history.versions)) {
    if (signal.aborted) break;
    const { version } = body;
    const file = readFile(body, isDated, now());
    if (typeof file === 'string') {
      total[file === version.undated ? 'undated' : 'rejected'] += 1;
      onLeftOut({ name: version.name, reason: file });
      continue;
    }
    total.files += 1;
    if (version.undated === undefined && dayOf(file.observedAt, 'utc') !== dayOf(version.observedAt, 'utc'))
      total.otherwise += 1;
    if (file.recording.hasList) total.lists += 1;
    batch.push(file);
    if (batch.length >= BATCH) await write();
    onProgress(total.files, history.versions.length);
  }
  if (batch.length > 0) await write();
  return { ...total, isNewFile: ledger.isNew, isStopped: signal.aborted };
}

function* record(
  ledger: Ledger,
  files: readonly SavedRecording[],
  total: { rejected: number },
  onLeftOut: OnLeftOut,
): Steps<ImportCounts> {
  const into = new EndpointImport(ledger);
  for (const { version, observedAt, recording } of files.toSorted(byInstant)) {
    const answers: EndpointList[] = [];
    for (const { model, body } of recording.answers) {
      const answer = readOrReason(() => readAnswer(body, model ?? undefined));
      if (typeof answer !== 'string') answers.push(answer);
      else {
        total.rejected += 1;
        onLeftOut({ name: model === null ? version.name : `${model} in ${version.name}`, reason: answer });
      }
    }
    const { source } = version;
    if (answers.length > 0) into.add({ observedAt, source, isWhole: recording.isWhole, answers });
    yield;
  }
  yield* into.finish();
  return into.counts;
}

/** Reads a file, or says why it is left out: it cannot be believed, has no instant, or one in the future. */
function readFile(body: VersionBody | UnreadableVersion, isDated: boolean, now: Date): SavedRecording | string {
  const { version } = body;
  const recording = 'unreadable' in body ? body.unreadable : readOrReason(() => read(body.bytes));
  if (typeof recording === 'string') return recording;
  const observedAt = (isDated ? null : recording.observedAt) ?? version.observedAt;
  if (observedAt === '' && version.undated !== undefined) return version.undated;
  return isAhead(observedAt, now) ? 'it is dated in the future' : { version, observedAt, recording };
}

function read(bytes: Buffer): Recording {
  try {
    return readRecording(bytes);
  } catch (error) {
    throw error instanceof NotJson ? notJson(bytes, error, ENDPOINTS) : error;
  }
}

/** What is read, or why it cannot be believed. */
function readOrReason<T extends object>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof RejectedError) return error.message;
    throw error;
  }
}
