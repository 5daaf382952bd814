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
      ['verify', 'hold the restored tables against their archive'],
    ]);
};

async function runRestore(file: string, { db, wait, json }: WriteOptions, context: Context): Promise<void> {
  const kept = await restore(file, db, { now: context.now(), waitMs: wait, signal: context.signal });
  const held = readHeld(db);
  if (json)
    printJson(context, {
      db,
      copy: file,
      kept: kept ?? null,
      runs: held?.runs ?? null,
      observedAt: held?.observedAt ?? null,
    });
  else print(context, `Restored ${db} from ${file}${heldWords(held)}.`);
  if (kept !== undefined && !json) print(context, `The file that was there is kept as ${kept}.`);
  note(context, 'Check it: model-ledger verify.');
}

interface Held {
  readonly runs: number;
  /** The instant of the newest list; null where there is none yet. */
  readonly observedAt: string | null;
}

/** What is in it; a copy of an older version tells only once the next run has brought it up to date. */
function readHeld(db: string): Held | undefined {
  try {
    const { runs, lastGood } = readLedger(db, healthOf);
    return { runs, observedAt: lastGood?.observedAt ?? null };
  } catch {
    return undefined;
  }
}

function heldWords(held: Held | undefined): string {
  if (held === undefined) return '';
  const { runs, observedAt } = held;
  const newest = observedAt === null ? 'no list yet' : `the newest list of ${observedAt}`;
  return `: ${quantity(runs, 'run')}, ${newest}`;
}
