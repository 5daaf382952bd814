import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { ExportError, tryTo, withoutStop } from '../../core/errors.ts';
import type { PublicColumn, Value } from '../../ledger/queries/publicTables.ts';
import { AS_BEFORE, putInPlace, REPLACED } from '../../ledger/store/disk/durable.ts';
import { makeFolder } from '../../ledger/store/disk/makeFolder.ts';
import { removeLeftovers } from '../../ledger/store/disk/temporary.ts';
import { parquetColumns } from './columns.ts';

export interface WrittenFile {
  /** The path below the folder of the export, with `/`. */
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  /** False if a file with the same bytes was there already, and was left alone. */
  readonly isChanged: boolean;
}

/** How many rows are converted and kept in memory at a time. */
const GROUP = 50_000;

/**
 * Writes rows to a Parquet file, which is replaced as a whole: a reader finds either the old or the new one. The bytes
 * depend on the rows alone, and a file that would not change is not touched.
 * @param signal stops between two groups of rows; the old file stays
 * @throws ExportError when the file system refuses
 */
export async function writeParquet(
  dir: string,
  name: string,
  columns: readonly PublicColumn[],
  rows: Iterable<readonly Value[]>,
  signal: AbortSignal,
): Promise<WrittenFile> {
  const path = join(dir, name);
  const [before, after] = [`.${basename(path)}.`, '.tmp'];
  const draft = join(dirname(path), `${before}${process.pid}${after}`);
  let state = AS_BEFORE;
  try {
    makeFolder(dirname(path));
    removeLeftovers(dirname(path), before, after);
    const count = await fill(draft, columns, rows, signal);
    const bytes = statSync(draft).size;
    const isChanged =
      !existsSync(path) || statSync(path).size !== bytes || !readFileSync(path).equals(readFileSync(draft));
    const onReplaced = (): void => {
      state = REPLACED;
    };
    if (isChanged) putInPlace(draft, path, onReplaced);
    return { name, rows: count, bytes, isChanged };
  } catch (cause) {
    throw toExportError(path, cause, state);
  } finally {
    // It may fail where the folder itself is a file, for instance; the failure to write has been reported already.
    tryTo(() => rmSync(draft, { force: true }));
  }
}

/** An error of the file system becomes one that names the file; any other error is not about the file. */
function toExportError(path: string, cause: unknown, state: string): unknown {
  if (!(cause instanceof Error && 'syscall' in cause)) return cause;
  return new ExportError('not_written', `${path} could not be written: ${withoutStop(cause.message)}; ${state}.`, {
    hint: 'Export again: files written before it are whole, and the rest is written then.',
    cause,
  });
}

async function fill(
  draft: string,
  columns: readonly PublicColumn[],
  rows: Iterable<readonly Value[]>,
  signal: AbortSignal,
): Promise<number> {
  const parts = columns.flatMap((column, index) => parquetColumns(column).map((part) => ({ ...part, index })));
  const schema = [{ name: 'root', num_children: parts.length }, ...parts.map(({ element }) => element)];
  const writer = new ParquetWriter({ writer: fileWriter(draft), schema, createdBy: 'model-ledger' });
  let count = 0;
  for (const group of groupsOf(rows)) {
    signal.throwIfAborted();
    const columnData = parts.map(({ element: { name }, convert, index }) => ({
      name,
      data: group.map((row) => convert(row[index] ?? null)),
    }));
    await writer.write({ columnData, rowGroupSize: GROUP });
    count += group.length;
  }
  await writer.finish();
  return count;
}

function* groupsOf(rows: Iterable<readonly Value[]>): Iterable<(readonly Value[])[]> {
  let group: (readonly Value[])[] = [];
  for (const row of rows) {
    group.push(row);
    if (group.length < GROUP) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
