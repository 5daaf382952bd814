import { eq } from 'drizzle-orm';
import { DataFileError, type RejectedError } from '../../core/errors.ts';
import type { Ledger } from '../store/open.ts';
import { acceptances, COUNTS, syncRuns } from '../store/schema/runs.ts';
import { bindInsert } from '../store/statements.ts';
import { transact } from '../store/transaction.ts';
import { lastAccepted, type TimelineRun } from './timeline.ts';

/** What `sync_runs` keeps of an attempt beside its outcome. */
export interface Attempt {
  readonly trigger: (typeof syncRuns.$inferInsert)['trigger'];
  readonly source: string;
  readonly scope: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly attempts: number;
  readonly httpStatus: number | null;
  readonly etag: string | null;
}

/** A body and the instant it was observed. */
export interface Snapshot extends Attempt {
  readonly body: Buffer;
  /** Of the body, if it is known already. */
  readonly sha256?: string;
  readonly observedAt: string;
  /** Whether a person accepted it, whatever is missing. */
  readonly isAccepted: boolean;
}

/** A snapshot without its body, which may be known already. */
export type Seen = Omit<Snapshot, 'body' | 'sha256'>;

/** The newest accepted list was observed again, which makes one row and nothing else. */
export interface Same {
  readonly status: 'same';
  readonly runId: number;
  readonly observedAt: string;
  readonly modelCount: number;
}

interface Result {
  readonly sha256: string;
  readonly bodyBytes: number;
  readonly status: 'unchanged' | 'rejected';
  readonly modelCount?: number;
  readonly error?: RejectedError;
}

/** Prepares to insert rows of `sync_runs`, with counts of zero; returns their ids. */
export function prepareRunRows(ledger: Ledger): (seen: Seen, result: Result) => number {
  const insert = bindInsert(ledger, syncRuns, 'id', 'seal', ...COUNTS);
  return ({ isAccepted: _, ...attempt }, { sha256: bodySha256, error, modelCount = null, ...result }) => {
    const failure = { errorCode: error?.code ?? null, errorMessage: error?.message ?? null };
    return insert.run({ ...attempt, ...result, ...failure, bodySha256, modelCount });
  };
}

/** Keeps that a person accepted a list, though nothing is missing from it: an older one may be inserted before it. */
export function noteAcceptance({ orm }: Ledger, { isAccepted }: Seen, runId: number): void {
  if (isAccepted) orm.insert(acceptances).values({ runId }).run();
}

/** Inserts the row of a run that observed the newest accepted list again. */
export function addSame(ledger: Ledger, seen: Seen, last: TimelineRun): Same {
  const before = ledger.orm.select().from(syncRuns).where(eq(syncRuns.id, last.id)).get();
  const modelCount = before?.modelCount ?? 0;
  const bodyBytes = before?.bodyBytes ?? 0;
  const runId = prepareRunRows(ledger)(seen, { sha256: last.sha256, bodyBytes, status: 'unchanged', modelCount });
  noteAcceptance(ledger, seen, runId);
  return { status: 'same', runId, observedAt: seen.observedAt, modelCount };
}

/**
 * Records that upstream still has the newest accepted list.
 * @param expected its hash, as it was when it was asked for
 * @throws DataFileError when the newest accepted list is another one by now
 */
export function recordSame(
  ledger: Ledger,
  seen: Seen,
  expected: string,
  options: { dryRun?: boolean | undefined } = {},
): Same {
  const work = (): Same => {
    const last = lastAccepted(ledger);
    if (last?.sha256 !== expected || last.scope !== seen.scope) {
      const message = `Another run has written to ${ledger.file} meanwhile.`;
      throw new DataFileError('changed_meanwhile', message, { hint: 'Run it again.' });
    }
    return addSame(ledger, seen, last);
  };
  return transact(ledger, work, options);
}

/** Inserts the row of an attempt without an answer. */
export function recordFailure(ledger: Ledger, attempt: Attempt, error: { code: string; message: string }): number {
  return transact(ledger, () =>
    ledger.orm
      .insert(syncRuns)
      .values({ ...attempt, status: 'failed', errorCode: error.code, errorMessage: error.message })
      .returning({ id: syncRuns.id })
      .get(),
  ).id;
}
