import { withoutStop } from '../../core/errors.ts';
import type { EndpointsImportDependencies } from '../../importEndpoints.ts';
import type { History, LeftOut, OnLeftOut } from '../../upstream/history.ts';
import { type Context, note, print, printJson } from './context.ts';
import type { WriteOptions } from './options.ts';
import { withBar } from './progress.ts';

/** What a person is told of any import. */
interface ImportReport {
  readonly isNewFile: boolean;
  readonly warning?: string | undefined;
}

/**
 * One import with its progress and its report; whatever is not taken is told on standard error.
 * @param open lists what there is, which begins at once
 * @param describe the result in lines
 */
export async function importing<T extends ImportReport>(
  { db, json }: WriteOptions,
  context: Context,
  open: (onLeftOut: OnLeftOut) => Promise<History>,
  work: (history: Promise<History>, dependencies: EndpointsImportDependencies) => Promise<T>,
  describe: (result: T) => readonly string[],
): Promise<T> {
  const { now, signal } = context;
  const leftOut = new LeftOutList(context);
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

/** So many are named for one reason, and in all; the others are counted. */
const MOST_NAMED = 10;
const MOST_LINES = 100;

/** Tells on standard error what was given and not taken, as it is passed over. */
class LeftOutList {
  readonly all: LeftOut[] = [];
  readonly #counts = new Map<string, number>();
  readonly #context: Context;
  #lines = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  readonly add = (leftOut: LeftOut): void => {
    const { name, reason } = leftOut;
    const count = (this.#counts.get(reason) ?? 0) + 1;
    this.#counts.set(reason, count);
    this.all.push(leftOut);
    if (count > MOST_NAMED || this.#lines >= MOST_LINES) return;
    this.#lines += 1;
    note(this.#context, `Left out ${name}: ${withoutStop(reason)}.`);
  };

  /** Counts those that were not named. */
  end(): void {
    const unnamed = this.all.length - this.#lines;
    if (unnamed === 0) return;
    for (const [reason, count] of this.#counts) {
      if (count > MOST_NAMED) note(this.#context, `Left out ${count - MOST_NAMED} more: ${withoutStop(reason)}.`);
    }
    note(this.#context, `Left out ${this.all.length} in all.`);
  }
}
