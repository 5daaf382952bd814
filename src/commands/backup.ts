import { statSync } from 'node:fs';
import { backUp } from '../ledger/store/backup.ts';
import type { Define } from './shared/command.ts';
import { type Context, print, printJson } from './shared/context.ts';
import { type CommandOptions, readFileName } from './shared/options.ts';
import { noteNoList, reading } from './shared/reading.ts';

interface Options extends CommandOptions {
  readonly force?: boolean;
}

export const define: Define = (command, context) => {
  command
    .argument('<file>', 'where the copy goes', readFileName)
    .option('--force', 'replace a file that is there')
    .option('--plain', 'make explicit that the copy opens anywhere, as every copy does')
    .shares('db', 'json')
    .action((file: string, options: Options) => runBackup(file, options, context))
    .examples([
      ['backup ledger-2026-05-03.db', 'copy the data file, also while a run writes to it'],
      ['backup --force /backup/ledger.db', 'replace yesterday’s copy once today’s is whole'],
      [
        'backup --plain --force /srv/www/ledger.db',
        'publish it: one file that opens anywhere, also in a read-only folder',
      ],
      ['verify --db ledger-2026-05-03.db', 'check the copy'],
    ]);
};

async function runBackup(file: string, { db, force, json }: Options, context: Context): Promise<void> {
  await reading({ db }, context, ({ ledger }) => {
    backUp(ledger, file, { replace: force });
    if (json) printJson(context, { db, copy: file, bytes: statSync(file).size });
    else print(context, `Copied ${db} to ${file}.`);
    noteNoList({ ledger, context });
  });
}
