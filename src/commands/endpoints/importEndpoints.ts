import { quantity } from '../../core/format/units.ts';
import type { EndpointsImportResult } from '../../importEndpoints.ts';
import { openFiles } from '../../upstream/files/files.ts';
import type { Define } from '../shared/command.ts';
import type { Context } from '../shared/context.ts';
import { importing, NOTHING_NEW, STOPPED } from '../shared/importing.ts';
import { makeDefaultFolder, type WriteOptions } from '../shared/options.ts';
import { readPastInstant } from '../shared/reading.ts';
import { ifAny } from '../shared/words.ts';

interface Options extends WriteOptions {
  readonly at?: string;
}

export const defineEndpoints: Define = (command, context) => {
  command
    .description('saved answers about endpoints: a file per model, or a file of all models per instant')
    .option('--at <instant>', 'when a single file was saved, if neither it nor its name says')
    .shares('db', 'wait', 'json')
    .action((paths: string[], options: Options) => runImport(paths, options, context))
    .examples([
      ['import endpoints saved/', 'record saved answers by the instants in them or in their names, in any order'],
      ['import endpoints answer.json --at 2026-07-17T18:03Z', 'record one that was saved at that time'],
    ]);
};

async function runImport(paths: string[], options: Options, context: Context): Promise<void> {
  const { db, wait: waitMs } = options;
  const now = context.now();
  const at = options.at === undefined ? undefined : readPastInstant(options.at, now);
  const loading = import('../../importEndpoints.ts');
  const { answers, known, rejected, undated } = await importing(
    options,
    context,
    (onLeftOut) => openFiles(paths, { at, now, onLeftOut, signal: context.signal, mayTellThemselves: true }),
    async (opening, dependencies) => {
      const [history, { importEndpoints }] = await Promise.all([opening, loading]);
      makeDefaultFolder(db);
      return await importEndpoints({ db, history, isDated: at !== undefined, waitMs }, dependencies);
    },
    describe,
  );
  if (answers + known > 0) return;
  if (rejected > 0) context.exitCode = 4;
  else if (undated > 0) context.exitCode = 2;
}

function describe(result: EndpointsImportResult): string[] {
  const { answers, sweeps, known, conflicts, rejected, lists, undated, otherwise, isStopped } = result;
  return [
    answers === 0 ? NOTHING_NEW : `Imported ${quantity(answers, 'answer')} of ${quantity(sweeps, 'instant')}.`,
    ...ifAny([
      [known, `There already: ${quantity(known, 'answer')}.`],
      [conflicts, `Left out: ${conflicts} whose instant the ledger has with another answer.`],
      [rejected, `Left out: ${rejected} that could not be believed.`],
      [undated, `Left out: ${quantity(undated, 'file')} without an instant in it or in its name; --at gives one.`],
      [otherwise, `Of another day than its name says: ${quantity(otherwise, 'file')}; what stands in it counts.`],
      [lists, `Left out: the lists that stand in ${quantity(lists, 'file')}; only endpoints are imported here.`],
    ]),
    ...(isStopped ? [STOPPED] : []),
  ];
}
