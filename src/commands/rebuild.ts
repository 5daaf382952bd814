import { escapeControls } from '../core/format/text.ts';
import { quantity } from '../core/format/units.ts';
import { toInstant } from '../core/time/instant.ts';
import { countFutureSweeps } from '../ledger/endpoints/future.ts';
import { type FutureRun, findFuture, mendClock } from '../ledger/record/mendClock.ts';
import { withLockedLedger } from '../ledger/record/open.ts';
import { rebuild } from '../ledger/record/rebuild.ts';
import { backUp } from '../ledger/store/backup.ts';
import { usingFile } from '../ledger/store/failure.ts';
import { requireFile } from '../ledger/store/file.ts';
import type { Ledger } from '../ledger/store/open.ts';
import { freeName } from '../ledger/store/restore.ts';
import type { Define } from './shared/command.ts';
import { type Context, note, print, printJson } from './shared/context.ts';
import type { WriteOptions } from './shared/options.ts';
import { noteNoList } from './shared/reading.ts';

interface Options extends WriteOptions {
  readonly mendClock?: boolean;
}

export const define: Define = (command, context) => {
  command
    .shares('db', 'json')
    .option('--mend-clock', 'also correct dates later than now; a copy of the file is kept beside it')
    .shares('wait')
    .action((options: Options) => runRebuild(options, context))
    .examples([
      ['rebuild', 'rebuild the tables from the archive, in one transaction'],
      ['rebuild --wait 5m', 'the same, after a run that is under way'],
      ['rebuild --mend-clock', 'correct what a clock that was ahead, or a wrong date, has put into the future'],
      ['verify || model-ledger rebuild', 'rebuild the tables only if they differ'],
    ]);
};

async function runRebuild({ db, wait, mendClock: isMending, json }: Options, context: Context): Promise<void> {
  requireFile(db);
  const work = async (ledger: Ledger): Promise<void> => {
    const mended = isMending ? await usingFile(db, () => mend(ledger, context)) : null;
    const taken = mended?.taken ?? (await usingFile(db, () => rebuild(ledger, context.signal)));
    if (mended !== null && !json) printMended(mended, context);
    for (const words of taken) note(context, `Taken as it is, because no archive tells it: ${escapeControls(words)}.`);
    if (json) printJson(context, { db, taken, mended: mended && toJson(mended) });
    else print(context, 'The tables were made anew from the archive.');
    noteNoList({ ledger, context });
  };
  await withLockedLedger(db, { waitMs: wait, signal: context.signal }, work, (warning) => note(context, warning));
}

type MendReport = Awaited<ReturnType<typeof mendClock>> & {
  /** The path of the copy of the file as it was; null if nothing was dated later than now. */
  readonly copy: string | null;
};

/** Mends what is dated in the future. Before that, the file is copied. */
async function mend(ledger: Ledger, context: Context): Promise<MendReport> {
  const now = context.now();
  const runs = findFuture(ledger, now);
  if (runs.length === 0 && countFutureSweeps(ledger, toInstant(now)).future === 0) {
    const taken = await rebuild(ledger, context.signal);
    return { copy: null, redated: [], leftOut: [], dropped: 0, sweeps: 0, taken };
  }
  const copy = freeName(`${ledger.file}.before-mend-${toInstant(now).replaceAll(':', '-')}`);
  backUp(ledger, copy);
  note(context, `The file as it is was copied to ${copy}.`);
  return { copy, ...(await mendClock(ledger, runs, now, context.signal)) };
}

function printMended({ copy, redated, leftOut, dropped, sweeps }: MendReport, context: Context): void {
  if (copy === null) print(context, 'Nothing is dated later than now.');
  if (redated.length > 0) print(context, `Dated by when they ended: ${quantity(redated.length, 'run')}.`);
  if (dropped > 0) print(context, `Left out: ${dropped} that would narrow the list from all models to text models.`);
  if (sweeps > 0) print(context, `Left out: ${quantity(sweeps, 'sweep')} over endpoints; the next one asks anew.`);
  if (leftOut.length === 0) return;
  const runs = quantity(leftOut.length, 'run');
  print(context, `Left out, because nobody knows when they were observed: ${runs}. Their answers are kept:`);
  for (const { id, source, observedAt } of leftOut.slice(0, MOST_SHOWN)) {
    print(context, `  model-ledger snapshot --run ${id}  (${source}, dated ${observedAt})`);
  }
  if (leftOut.length > MOST_SHOWN)
    print(context, `  and ${leftOut.length - MOST_SHOWN} more with the code in_the_future`);
}

/** Names runs by their ids in `sync_runs`. */
function toJson({ copy, redated, leftOut, dropped, sweeps }: MendReport): unknown {
  const ids = (runs: readonly FutureRun[]): readonly number[] => runs.map(({ id }) => id);
  return { copy, redated: ids(redated), leftOut: ids(leftOut), dropped, sweeps };
}

const MOST_SHOWN = 10;
