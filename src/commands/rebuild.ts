import type { Command } from 'commander';
import { escapeControls } from '../core/format/text.ts';
import { toInstant } from '../core/time/instant.ts';
import { countFutureSweeps } from '../ledger/endpoints/future.ts';
import { type FutureRun, findFuture, mendClock } from '../ledger/record/mendClock.ts';
import { openForRecording } from '../ledger/record/open.ts';
import { rebuildInTurns } from '../ledger/record/rebuild.ts';
import { backUp } from '../ledger/store/backup.ts';
import { usingFile } from '../ledger/store/failure.ts';
import { requireFile } from '../ledger/store/file.ts';
import { acquireLock } from '../ledger/store/lock.ts';
import type { Ledger } from '../ledger/store/open.ts';
import { freeName } from '../ledger/store/restore.ts';
import { addExamples, dbOption, readSpan } from './shared/command.ts';
import { type Context, note, print } from './shared/context.ts';

interface Options {
  readonly db: string;
  readonly mendClock?: boolean;
  readonly wait?: number;
}

export function define(command: Command, context: Context): void {
  command
    .addOption(dbOption())
    .option('--mend-clock', 'also date anew what is dated later than now; a copy of the file is kept beside it')
    .option('--wait <span>', 'wait for another run to end instead of leaving at once', readSpan)
    .action((options: Options) => runRebuild(options, context));
  addExamples(command, [
    ['rebuild', 'make the tables anew from the archive, in one transaction'],
    ['rebuild --wait 5m', 'the same, after a run that is under way'],
    ['rebuild --mend-clock', 'mend what a clock that was ahead, or a wrong date, has put into the future'],
    ['verify || model-ledger rebuild', 'mend the tables only where they differ'],
  ]);
}

async function runRebuild({ db, wait, mendClock: isMending }: Options, context: Context): Promise<void> {
  requireFile(db);
  const lock = await acquireLock(db, { waitMs: wait, signal: context.signal });
  try {
    const ledger = await openForRecording(db, lock);
    try {
      const taken = await usingFile(db, () =>
        isMending ? mend(ledger, context) : rebuildInTurns(ledger, context.signal),
      );
      for (const words of taken)
        note(context, `Taken as it is, because no archive tells it: ${escapeControls(words)}.`);
      print(context, 'The tables were made anew from the archive.');
    } finally {
      ledger.close((warning) => note(context, warning));
    }
  } finally {
    lock.release();
  }
}

/** What the file was stays beside it. */
async function mend(ledger: Ledger, context: Context): Promise<readonly string[]> {
  const now = context.now();
  const runs = findFuture(ledger, now);
  if (runs.length === 0 && countFutureSweeps(ledger, toInstant(now)).future === 0) {
    const taken = await rebuildInTurns(ledger, context.signal);
    print(context, 'Nothing is dated later than now.');
    return taken;
  }
  const copy = freeName(`${ledger.file}.before-mend-${toInstant(now).replaceAll(':', '-')}`);
  backUp(ledger, copy);
  note(context, `The file as it is was copied to ${copy}.`);
  const { redated, leftOut, dropped, sweeps, taken } = await mendClock(ledger, runs, now, context.signal);
  if (redated.length > 0) print(context, `Dated by when they ended: ${count(redated)}.`);
  if (dropped > 0) print(context, `Left out: ${dropped} that would narrow the list from all models to text models.`);
  if (sweeps > 0) print(context, `Left out: ${sweeps} sweeps over endpoints; the next one asks anew.`);
  if (leftOut.length === 0) return taken;
  print(context, `Left out, because nobody knows when they were observed: ${count(leftOut)}. Their answers are kept:`);
  for (const { id, source, observedAt } of leftOut.slice(0, MOST_SHOWN)) {
    print(context, `  model-ledger snapshot --run ${id}  (${source}, dated ${observedAt})`);
  }
  if (leftOut.length > MOST_SHOWN)
    print(context, `  and ${leftOut.length - MOST_SHOWN} more with the code in_the_future`);
  return taken;
}

const MOST_SHOWN = 10;

function count(runs: readonly FutureRun[]): string {
  return `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`;
}
