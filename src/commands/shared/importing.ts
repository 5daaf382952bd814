import { withoutStop } from '../../core/errors.ts';
import type { History, ImportDependencies, LeftOut, OnLeftOut } from '../../upstream/history.ts';
import { type Context, note, print, printJson } from './context.ts';
import type { WriteOptions } from './options.ts';
import { withBar } from './progress.ts';

/** What the results of all imports have. */
interface ImportReport {
  readonly isNewFile: boolean;
  readonly warning?: string | undefined;
}

/**
 * Runs an import with a progress bar and prints its report. Everything that is left out is named on standard error.
 * @param open starts to list what there is to import, while the caller still loads the rest
 * @param describe writes the result as lines of text
 */
export async function importing<T extends ImportReport>(
  { db, json }: WriteOptions,
  context: Context,
  open: (onLeftOut: OnLeftOut) => Promise<History>,
  work: (history: Promise<History>, dependencies: ImportDependencies) => Promise<T>,
  describe: (result: T) => readonly string[],
): Promise<T> {
  const { now, signal } = context;
  const leftOut = reportLeftOut(context);
  const history = open(leftOut.add);
  history.catch(() => {});
  try {
    const result = await withBar(context, 'snapshots', (onProgress) =>
      work(history, { now, signal, onProgress, onLeftOut: leftOut.add }),
    );
    if (result.warning !== undefined) note(context, result.warning);
    if (result.isNewFile) note(context, `Began a new ledger in ${db}.`);
    if (json) printJson(context, { ...result, leftOut: leftOut.all });
    else for (const line of describe(result)) print(context, line);
    return result;
  } finally {
    leftOut.end();
    await history.then(
      (opened) => opened.close(),
      () => {},
    );
  }
}

export const NOTHING_NEW = 'Nothing new to import.';
export const STOPPED = 'Stopped; the same import goes on where it stopped.';

/** How many files are named for one reason, and how many in all; further ones are only counted. */
const MOST_NAMED = 10;
const MOST_LINES = 100;

/** Reports what the import leaves out: `add` names it, and `end` says how many were not named. */
function reportLeftOut(context: Context) {
  const all: LeftOut[] = [];
  const counts = new Map<string, number>();
  let lines = 0;
  const add = (leftOut: LeftOut): void => {
    const { name, reason } = leftOut;
    const count = (counts.get(reason) ?? 0) + 1;
    counts.set(reason, count);
    all.push(leftOut);
    if (count > MOST_NAMED || lines >= MOST_LINES) return;
    lines += 1;
    note(context, `Left out ${name}: ${withoutStop(reason)}.`);
  };
  const end = (): void => {
    if (all.length === lines) return;
    for (const [reason, count] of counts) {
      if (count > MOST_NAMED) note(context, `Left out ${count - MOST_NAMED} more: ${withoutStop(reason)}.`);
    }
    note(context, `Left out ${all.length} in all.`);
  };
  return { all, add, end };
}
