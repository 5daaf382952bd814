import { RejectedError } from '../../core/errors.ts';
import { readModelList } from '../../core/reading/list.ts';
import type { ModelList } from '../../core/reading/modelList.ts';
import { findShared } from '../../core/reading/shared.ts';
import type { Archive } from '../archive/archive.ts';
import { hashOf } from '../archive/hash.ts';
import type { Ledger } from '../store/open.ts';
import { noteAcceptance, prepareRunRows, type Snapshot } from './runs.ts';
import type { TimelineRun } from './timeline.ts';

/** A run whose answer was no model list; only the archive has it. */
export interface Rejected {
  readonly status: 'rejected';
  readonly runId: number;
  readonly observedAt: string;
  readonly error: RejectedError;
}

/** A snapshot with its body in the archive and its row in `sync_runs`, but not yet compared with anything. */
export type Taken = Rejected | { readonly status: 'list'; readonly run: TimelineRun; readonly modelList: ModelList };

export interface KnownList {
  readonly sha256: string;
  readonly modelList: ModelList;
}

/**
 * Prepares to take in snapshots. Each body is read once, against the one before it.
 * @param first the list that the first body probably resembles: what they share is neither parsed nor stored again
 */
export function prepareIntake(ledger: Ledger, archive: Archive, first?: KnownList): (snapshot: Snapshot) => Taken {
  const addRun = prepareRunRows(ledger);
  let known = first;
  return (snapshot) => {
    const { body: bytes, sha256 = hashOf(bytes), observedAt, scope, source, etag, isAccepted } = snapshot;
    const read = readOrReject(bytes, known?.modelList);
    if (read instanceof RejectedError) {
      archive.putRejected({ bytes, sha256 });
      const runId = addRun(snapshot, { sha256, bodyBytes: bytes.length, status: 'rejected', error: read });
      return { status: 'rejected', runId, observedAt, error: read };
    }
    archive.put({ bytes, sha256 }, known && { sha256: known.sha256, shared: findShared(read, known.modelList) });
    known = { sha256, modelList: read };
    const id = addRun(snapshot, { sha256, bodyBytes: bytes.length, status: 'unchanged' });
    noteAcceptance(ledger, snapshot, id);
    return { status: 'list', run: { id, observedAt, scope, source, etag, sha256, isAccepted }, modelList: read };
  };
}

function readOrReject(body: Buffer, known: ModelList | undefined): ModelList | RejectedError {
  try {
    return readModelList(body, known);
  } catch (error) {
    if (error instanceof RejectedError) return error;
    throw error;
  }
}
