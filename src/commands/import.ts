import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { TEXT_SCOPE } from '../core/reading/scope.ts';
import { readWhen } from '../core/time/when.ts';
import type { ImportResult } from '../importHistory.ts';
import { openFiles } from '../upstream/files/files.ts';
import type { History } from '../upstream/history.ts';
import { addExamples, DEFAULT_DB, dbOption, jsonOption, readSpan } from './shared/command.ts';
import { type Context, note, print } from './shared/context.ts';
import { startBar } from './shared/progress.ts';

interface Options {
  readonly db: string;
  readonly scope: string;
  readonly wait?: number;
  readonly json?: boolean;
}

export function define(command: Command, context: Context): void {
  const git = command
    .command('git <repository>')
    .description('every version of a file in a git repository or bundle into which somebody scraped the list')
    .requiredOption('--path <file>', 'the file, as the repository names it');
  withOptions(git).action(async (repository: string, options: Options & { readonly path: string }) => {
    const { openGitHistory } = await import('../upstream/git/git.ts');
    const onUndated = (seconds: string): void =>
      note(
        context,
        `left out a version of ${options.path}: its commit is of the second ${seconds}, which no calendar has`,
      );
    await runImport(openGitHistory(repository, options.path, context.signal, onUndated), options, context);
  });
  const files = command
    .command('files <path...>')
    .description('saved answers: files and folders, plain or .gz, whose names tell when they were saved')
    .option('--at <instant>', 'when a single file was saved, if its name does not tell');
  withOptions(files).action(async (paths: string[], options: Options & { readonly at?: string }) => {
    const at = options.at === undefined ? undefined : readWhen(options.at, context.now()).from;
    const onUndated = (path: string): void => note(context, `left out ${path}: its name tells no instant`);
    await runImport(openFiles(paths, { at, onUndated }), options, context);
  });
  addExamples(command, [
    ['import git ../scraper --path models.json', 'record every version of models.json in that repository'],
    ['import git history.bundle --path models.json', 'the same from a git bundle'],
    ['import files saved/ models-2026-05-01T06-00-00Z.json.gz', 'record saved answers by the instants in their names'],
  ]);
}

function withOptions(command: Command): Command {
  return command
    .option('--scope <scope>', 'what the lists cover', TEXT_SCOPE)
    .addOption(dbOption())
    .option('--wait <span>', 'wait for another run to end instead of leaving at once', readSpan)
    .addOption(jsonOption());
}

/** The history is listed while the rest is loaded and the data file is opened. */
async function runImport(history: Promise<History>, options: Options, context: Context): Promise<void> {
  history.catch(() => {});
  const { importHistory } = await import('../importHistory.ts');
  if (options.db === DEFAULT_DB) mkdirSync(dirname(DEFAULT_DB), { recursive: true });
  const bar = await startBar(context);
  try {
    const { now, signal } = context;
    const { db, scope, wait: waitMs } = options;
    const result = await importHistory({ db, history, scope, waitMs }, { now, signal, onProgress: bar.show });
    bar.stop();
    if (result.warning !== undefined) note(context, result.warning);
    if (result.isNewFile) note(context, `began a new ledger in ${db}`);
    if (options.json) print(context, JSON.stringify(result));
    else for (const line of describe(result)) print(context, line);
  } finally {
    bar.stop();
    await history.then(
      (opened) => opened.close(),
      () => {},
    );
  }
}

function describe({ imported, known, conflicts, narrower, isStopped }: ImportResult): string[] {
  const { runs, from, to, statuses, events, quarantined, problems } = imported;
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  const lines = [
    runs === 0 ? 'Nothing new to import.' : `Imported ${runs} snapshots, ${from} to ${to}: ${list(statuses)}.`,
  ];
  if (Object.keys(events).length > 0) lines.push(`Events: ${list(events)}.`);
  if (quarantined > 0) lines.push(`Set aside: ${quarantined} entries (table quarantine).`);
  if (known > 0) lines.push(`There already: ${known} snapshots.`);
  if (conflicts.length > 0) {
    const first = conflicts.slice(0, 3).join(', ');
    lines.push(
      `Left out: ${conflicts.length} whose instant the ledger has with another body (${first}${conflicts.length > 3 ? ', …' : ''}).`,
    );
  }
  if (narrower > 0) lines.push(`Left out: ${narrower} that would narrow the list from all models to text models.`);
  for (const { observedAt, status, message } of problems) lines.push(`  ${observedAt} ${status}: ${message}`);
  if (isStopped) lines.push('Stopped; the same import goes on where it stopped.');
  return lines;
}
