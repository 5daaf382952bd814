import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
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
  /** The id of a run: write only the months that have changed since. Undefined: write everything. */
  readonly since?: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface ParquetResult {
  /** The newest run in the files, from which a later export may continue. */
  readonly run: number;
  readonly files: readonly WrittenFile[];
}

/** What goes into one file: a table or a view, or one month of a view. */
interface PlannedFile {
  readonly name: string;
  readonly relation: PublicRelation;
  readonly month?: string;
}

const DAILY = 'daily_prices';

/**
 * Writes every public table and view as Parquet files below a folder, all from the same state of the ledger. Each file is
 * replaced as a whole, and the same ledger always gives the same bytes.
 * @throws UsageError when the ledger has no run {@link ParquetExport.since}
 */
export async function exportParquet(ledger: Ledger, request: ParquetExport): Promise<ParquetResult> {
  const { dir, since, signal, onProgress } = request;
  return await atOneInstant(ledger, async () => {
    const changes = changesSince(ledger, since ?? 0);
    if (since !== undefined && !changes.isKnown) {
      throw new UsageError('unknown_run', `The ledger has no run ${since}; nothing was written.`, {
        hint: 'Look their ids up in sync_runs, or leave --since out: then everything is written.',
      });
    }
    const months = monthsOfPrices(ledger);
    const from = since === undefined ? '' : changes.from;
    const changed = months.filter((month) => from !== null && month >= from);
    const planned = planFiles(ledger, changed);
    const files: WrittenFile[] = [];
    for (const { name, relation, month } of planned) {
      const rows = readRows(ledger, relation, month);
      const written = await writeParquet(dir, name, relation.columns, rows, signal).catch((error: unknown) => {
        throw signal.aborted ? stopped(dir, files.length, planned.length) : error;
      });
      files.push(written);
      onProgress(files.length, planned.length);
      // Gives signals and the progress bar a turn.
      await setImmediate();
    }
    await removeOthers(dir, months);
    return { run: changes.lastRun, files };
  });
}

function stopped(dir: string, done: number, all: number): ExportError {
  const message = `Stopped; of ${all} files in ${dir} ${done} are of this export, the others as before.`;
  return new ExportError('stopped', message, { hint: 'Export again to have them all of one instant.' });
}

/** @param months of daily prices */
function planFiles(ledger: Ledger, months: readonly string[]): PlannedFile[] {
  return [...publicTables(), ...publicViews(ledger)].flatMap((relation): PlannedFile[] => {
    if (relation.name !== DAILY) return [{ name: `${relation.name}.parquet`, relation }];
    return months.map((month) => ({ name: `${DAILY}/month=${month}/${DAILY}.parquet`, relation, month }));
  });
}

/** Removes months that the ledger no longer has, which would be read together with the others. */
async function removeOthers(dir: string, months: readonly string[]): Promise<void> {
  const kept = new Set(months.map((month) => `month=${month}`));
  const folders = await readdir(join(dir, DAILY)).catch(() => []);
  for (const folder of folders) {
    if (folder.startsWith('month=') && !kept.has(folder)) rmSync(join(dir, DAILY, folder), { recursive: true });
  }
}

/** A line for each file that changed. */
export function describeFiles({ files }: ParquetResult): string[] {
  return files
    .filter(({ isChanged }) => isChanged)
    .map(({ name, rows, bytes }) => escapeControls(`${name}: ${quantity(rows, 'row')}, ${bytesWords(bytes)}`));
}
