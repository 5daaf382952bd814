import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ExportError, UsageError } from '../../core/errors.ts';
import { escapeControls } from '../../core/format/text.ts';
import { bytesWords, quantity } from '../../core/format/units.ts';
import { type PublicRelation, publicTables, readRows } from '../../ledger/queries/publicTables.ts';
import { changesSince, monthsOfPrices, publicViews } from '../../ledger/queries/publicViews.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { atOneInstant } from '../../ledger/store/transaction.ts';
import { type WrittenFile, writeParquet } from './writeFile.ts';

export interface ParquetExport {
  readonly dir: string;
  /** Only what has changed since this run of `sync_runs`; undefined: everything. */
  readonly since?: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface ParquetResult {
  /** The newest run in the files: what a later export may begin from. */
  readonly run: number;
  readonly files: readonly WrittenFile[];
}

/** A file to be, and what it takes to write it. */
interface Job {
  readonly name: string;
  readonly write: () => Promise<WrittenFile>;
}

const DAILY = 'daily_prices';

/**
 * Writes every public table and the views for other engines as Parquet files below a folder, all of one instant of the
 * ledger. Each file takes its place whole; the same ledger gives the same bytes.
 * @throws UsageError when the ledger has no run {@link ParquetExport.since}
 */
export async function exportParquet(ledger: Ledger, request: ParquetExport): Promise<ParquetResult> {
  return await atOneInstant(ledger, async () => {
    const changes = changesSince(ledger, request.since ?? 0);
    if (request.since !== undefined && !changes.isKnown) {
      throw new UsageError('unknown_run', `The ledger has no run ${request.since}; nothing was written.`, {
        hint: 'Look their ids up in sync_runs, or leave --since out: then everything is written.',
      });
    }
    const jobs = plan(ledger, request, changes.from);
    const files: WrittenFile[] = [];
    for (const job of jobs) {
      const written = await job.write().catch((error: unknown) => {
        throw request.signal.aborted ? stopped(request.dir, files.length, jobs.length) : error;
      });
      files.push(written);
      request.onProgress(files.length, jobs.length);
      // Lets a signal and the progress bar have their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (request.since === undefined) await removeOthers(request.dir, files);
    return { run: changes.lastRun, files };
  });
}

function stopped(dir: string, done: number, all: number): ExportError {
  const message = `Stopped; of ${all} files in ${dir} ${done} are of this export, the others as before.`;
  return new ExportError('stopped', message, { hint: 'Export again to have them all of one instant.' });
}

/** @param from the month in which the first change lies; null: nothing has changed */
function plan(ledger: Ledger, { dir, since, signal }: ParquetExport, from: string | null): Job[] {
  const job = (name: string, relation: PublicRelation, month?: string): Job => ({
    name,
    write: () => writeParquet(dir, name, relation.columns, readRows(ledger, relation, month), signal),
  });
  const views = publicViews(ledger);
  const months = monthsOfPrices(ledger).filter((month) => since === undefined || (from !== null && month >= from));
  return [
    ...publicTables().map((table) => job(`${table.name}.parquet`, table)),
    ...views.flatMap((view) =>
      view.name === DAILY
        ? months.map((month) => job(`${DAILY}/month=${month}/${DAILY}.parquet`, view, month))
        : [job(`${view.name}.parquet`, view)],
    ),
  ];
}

/** Months that the ledger no longer has would be read together with the others. */
async function removeOthers(dir: string, files: readonly WrittenFile[]): Promise<void> {
  const kept = new Set(files.map(({ name }) => name.split('/')[1]));
  const folders = await readdir(join(dir, DAILY)).catch(() => []);
  for (const folder of folders) {
    if (folder.startsWith('month=') && !kept.has(folder)) rmSync(join(dir, DAILY, folder), { recursive: true });
  }
}

/** What happened, a line a file that changed. */
export function describeFiles({ files }: ParquetResult): string[] {
  return files
    .filter(({ isChanged }) => isChanged)
    .map(({ name, rows, bytes }) => escapeControls(`${name}: ${quantity(rows, 'row')}, ${bytesWords(bytes)}`));
}
