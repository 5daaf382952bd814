import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DEFAULTS } from '../../config/settings.ts';
import { quantity } from '../../core/format/units.ts';
import type { EndpointsImportResult } from '../../importEndpoints.ts';
import { openFiles } from '../../upstream/files/files.ts';
import type { Define } from '../shared/command.ts';
import { type Context, note, print, printJson } from '../shared/context.ts';
import { LeftOutList } from '../shared/leftOut.ts';
import type { WriteOptions } from '../shared/options.ts';
import { startBar } from '../shared/progress.ts';
import { readPastInstant } from '../shared/reading.ts';

interface Options extends WriteOptions {
  readonly at?: string;
}

export const defineEndpoints: Define = (command, context) => {
  command
    .description('saved answers about endpoints: one model a file, or one instant a file with all models')
    .option('--at <instant>', 'when a single file was saved, if neither it nor its name tells')
    .shares('db', 'wait', 'json')
    .action((paths: string[], options: Options) => runImport(paths, options, context))
    .examples([
      ['import endpoints saved/', 'record saved answers by the instants in them or in their names, in any order'],
      ['import endpoints answer.json --at 2026-07-17T18:03Z', 'record one, saved then'],
    ]);
};

async function runImport(paths: string[], options: Options, context: Context): Promise<void> {
  const { db, wait: waitMs, json } = options;
  const { now, signal } = context;
  const leftOut = new LeftOutList(context);
  const at = options.at === undefined ? undefined : readPastInstant(options.at, now());
  const history = await openFiles(paths, { at, now: now(), onLeftOut: leftOut.add, signal, mayTellThemselves: true });
  const bar = await startBar(context);
  try {
    if (db === DEFAULTS.db) mkdirSync(dirname(DEFAULTS.db), { recursive: true });
    const { importEndpoints } = await import('../../importEndpoints.ts');
    const result = await importEndpoints(
      { db, history, isDated: at !== undefined, waitMs },
      { now, signal, onProgress: bar.show, onLeftOut: leftOut.add },
    );
    bar.stop();
    if (result.isNewFile) note(context, `Began a new ledger in ${db}.`);
    if (json) printJson(context, { ...result, leftOut: leftOut.all });
    else for (const line of describe(result)) print(context, line);
    if (result.answers + result.known > 0) return;
    if (result.rejected > 0) context.exitCode = 4;
    else if (result.undated > 0) context.exitCode = 2;
  } finally {
    bar.stop();
    leftOut.end();
    await history.close();
  }
}

function describe(result: EndpointsImportResult): string[] {
  const { answers, sweeps, known, conflicts, rejected, lists, undated, otherwise, isStopped } = result;
  const lines = [
    answers === 0
      ? 'Nothing new to import.'
      : `Imported ${quantity(answers, 'answer')} of ${quantity(sweeps, 'instant')}.`,
  ];
  if (known > 0) lines.push(`There already: ${quantity(known, 'answer')}.`);
  if (conflicts > 0) lines.push(`Left out: ${conflicts} whose instant the ledger has with another answer.`);
  if (rejected > 0) lines.push(`Left out: ${rejected} that could not be believed.`);
  if (undated > 0) {
    lines.push(`Left out: ${quantity(undated, 'file')} without an instant in it or in its name; --at gives one.`);
  }
  if (otherwise > 0) {
    lines.push(`Of another day than its name says: ${quantity(otherwise, 'file')}; what stands in it counts.`);
  }
  if (lists > 0)
    lines.push(`Left out: the lists that stand in ${quantity(lists, 'file')}; only endpoints are imported here.`);
  if (isStopped) lines.push('Stopped; the same import goes on where it stopped.');
  return lines;
}
