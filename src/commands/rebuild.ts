import type { Command } from 'commander';
import { openForRecording } from '../ledger/record/open.ts';
import { rebuild } from '../ledger/record/rebuild.ts';
import { usingFile } from '../ledger/store/failure.ts';
import { requireFile } from '../ledger/store/file.ts';
import { acquireLock } from '../ledger/store/lock.ts';
import { addExamples, dbOption, readSpan } from './shared/command.ts';
import { type Context, print } from './shared/context.ts';

interface Options {
  readonly db: string;
  readonly wait?: number;
}

export function define(command: Command, context: Context): void {
  command
    .addOption(dbOption())
    .option('--wait <span>', 'wait for another run to end instead of leaving at once', readSpan)
    .action((options: Options) => runRebuild(options, context));
  addExamples(command, [
    ['rebuild', 'make the tables anew from the archive, in one transaction'],
    ['rebuild --wait 5m', 'the same, after a run that is under way'],
    ['verify || model-ledger rebuild', 'mend the tables only where they differ'],
  ]);
}

async function runRebuild({ db, wait }: Options, context: Context): Promise<void> {
  requireFile(db);
  const lock = await acquireLock(db, { waitMs: wait, signal: context.signal });
  try {
    const ledger = await openForRecording(db, lock);
    try {
      await usingFile(db, () => rebuild(ledger));
      print(context, 'The tables were made anew from the archive.');
    } finally {
      ledger.close();
    }
  } finally {
    lock.release();
  }
}
