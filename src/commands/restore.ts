import { tryTo } from '../core/errors.ts';
import { quantity } from '../core/format/units.ts';
import { healthOf } from '../ledger/queries/health.ts';
import { readLedger } from '../ledger/store/open.ts';
import { restore } from '../ledger/store/restore.ts';
import type { Define } from './shared/command.ts';
import { type Context, note, print, printJson } from './shared/context.ts';
import { readFileName, type WriteOptions } from './shared/options.ts';

export const define: Define = (command, context) => {
  command
    .argument('<file>', 'the copy, as backup made it', readFileName)
    .shares('db', 'json', 'wait')
    .action((file: string, options: WriteOptions) => runRestore(file, options, context))
    .note(
      `The copy is read whole and checked before anything is moved. The file that was
there is kept beside it, its log too, under a name with .before-restore- and the
time. Do not copy a backup over the data file yourself: SQLite would replay the
old file's log over it.`,
    )
    .examples([
      ['restore ledger-2026-05-03.db', 'put a backup in the data file’s place, the old one kept beside it'],
      ['restore --wait 5m /backup/ledger.db', 'the same, after a run that is under way'],
      ['verify', 'check the restored tables against their archive'],
    ]);
};

async function runRestore(file: string, { db, wait, json }: WriteOptions, context: Context): Promise<void> {
  const kept = await restore(file, db, { now: context.now(), waitMs: wait, signal: context.signal });
  // A copy from an older version of the program can be read only after the next run migrates it.
  const { runs = null, lastGood } = tryTo(() => readLedger(db, healthOf)) ?? {};
  const observedAt = lastGood?.observedAt ?? null;
  const newest = observedAt === null ? 'no list yet' : `the newest list of ${observedAt}`;
  const held = runs === null ? '' : `: ${quantity(runs, 'run')}, ${newest}`;
  if (json) printJson(context, { db, copy: file, kept: kept ?? null, runs, observedAt });
  else print(context, `Restored ${db} from ${file}${held}.`);
  if (kept !== undefined && !json) print(context, `The file that was there is kept as ${kept}.`);
  note(context, 'Check it: model-ledger verify.');
}
