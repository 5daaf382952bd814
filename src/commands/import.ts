import { setFlagsFromString } from 'node:v8';
import { quantity } from '../core/format/units.ts';
import { TEXT_SCOPE } from '../core/reading/scope.ts';
import type { ImportResult } from '../importHistory.ts';
import { makeTemporaryFolder, sweepTemporary } from '../ledger/store/disk/temporary.ts';
import { openFiles } from '../upstream/files/files.ts';
import type { History, OnLeftOut } from '../upstream/history.ts';
import { defineEndpoints } from './endpoints/importEndpoints.ts';
import type { Define, LedgerCommand } from './shared/command.ts';
import { type Context, note } from './shared/context.ts';
import { importing, NOTHING_NEW, STOPPED } from './shared/importing.ts';
import { makeDefaultFolder, type WriteOptions } from './shared/options.ts';
import { readPastInstant } from './shared/reading.ts';
import { ifAny } from './shared/words.ts';

interface Options extends WriteOptions {
  readonly scope: string;
  readonly accept?: boolean;
}

export const define: Define = (command, context) => {
  const git = command
    .command('git <repository>')
    .description('every version of a file in a git repository or bundle into which somebody scraped the list')
    .requiredOption('--path <file>', 'the path of the file in the repository')
    .option('--branch <name>', 'the branch to read, instead of the one that is checked out');
  withOptions(git).action(
    async (repository: string, options: Options & { readonly path: string; readonly branch?: string }) => {
      const { openGitHistory } = await import('../upstream/git/git.ts');
      sweepTemporary();
      const { path: file, branch } = options;
      const { signal } = context;
      const opening = { signal, note: (text: string) => note(context, text), makeFolder: makeTemporaryFolder };
      await runImport(options, context, (onLeftOut) =>
        openGitHistory({ repository, file, branch }, { ...opening, onLeftOut }),
      );
    },
  );
  const files = command
    .command('files <path...>')
    .description('saved answers: files and folders, plain or .gz, whose names say when they were saved')
    .option('--at <instant>', 'when a single file was saved, if its name does not say');
  withOptions(files).action(async (paths: string[], options: Options & { readonly at?: string }) => {
    const { signal } = context;
    const now = context.now();
    const at = options.at === undefined ? undefined : readPastInstant(options.at, now);
    await runImport(options, context, (onLeftOut) => openFiles(paths, { at, now, onLeftOut, signal }));
  });
  defineEndpoints(command.command('endpoints <path...>'), context);
  command.examples([
    ['import git ../scraper --path models.json', 'record every version of models.json in that repository'],
    ['import git https://github.com/owner/scraper --path models.json', 'the same from a temporary clone'],
    ['import git history.bundle --path models.json --branch data', 'the same from a branch of a git bundle'],
    ['import files saved/ models-2026-05-01T06-00-00Z.json.gz', 'record saved answers by the instants in their names'],
    ['import files saved/ --accept', 'accept lists that are months apart, whatever is missing from them'],
  ]);
};

function withOptions(command: LedgerCommand): LedgerCommand {
  return command
    .option('--scope <scope>', 'what the lists cover', TEXT_SCOPE)
    .option('--accept', 'accept the lists, whatever is missing from them')
    .shares('db', 'wait', 'json');
}

/**
 * Node 20 compiles frequently called functions so early that it costs a tenth of an import's time on two cores. Later
 * versions wait longer by default, and do not know this flag.
 */
function compileLater(): void {
  if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString('--interrupt-budget=300000');
}

/** Loads the rest of the import while the history is being listed. */
async function runImport(
  options: Options,
  context: Context,
  open: (onLeftOut: OnLeftOut) => Promise<History>,
): Promise<void> {
  compileLater();
  const { db, scope, accept, wait: waitMs } = options;
  const loading = import('../importHistory.ts');
  const result = await importing(
    options,
    context,
    open,
    async (history, dependencies) => {
      const [{ importHistory }, { versions }] = await Promise.all([loading, history]);
      if (versions.length > 0) makeDefaultFolder(db);
      return await importHistory({ db, history, scope, accept, waitMs }, dependencies);
    },
    describe,
  );
  if (isAllRejected(result)) context.exitCode = 4;
}

/** Whether there was something to import, but none of it was a list. */
function isAllRejected({ imported, known, unreadable, isStopped }: ImportResult): boolean {
  const { runs, statuses } = imported;
  return runs === (statuses.rejected ?? 0) && runs + unreadable > 0 && known === 0 && !isStopped;
}

function describe(result: ImportResult): string[] {
  const { imported, known, conflicts, sameInstant, narrower, future, unreadable, believed, isStopped } = result;
  const { runs, from, to, statuses, events, quarantined, problems } = imported;
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  const first = conflicts.slice(0, 3).join(', ') + (conflicts.length > 3 ? ', …' : '');
  return [
    runs === 0 ? NOTHING_NEW : `Imported ${quantity(runs, 'snapshot')}, ${from} to ${to}: ${list(statuses)}.`,
    ...ifAny([
      [Object.keys(events).length, `Events: ${list(events)}.`],
      [quarantined, `Set aside: ${quantity(quarantined, 'entry', 'entries')} (table quarantine).`],
      [known, `There already: ${quantity(known, 'snapshot')}.`],
      [believed, `Believed: ${believed} that were held.`],
      [conflicts.length, `Left out: ${conflicts.length} whose instant the ledger has with another body (${first}).`],
      [sameInstant, `Left out: ${sameInstant} of an instant at which another one of these was taken.`],
      [narrower, `Left out: ${narrower} that would narrow the list from all models to text models.`],
      [future, `Left out: ${future} that are dated in the future.`],
      [unreadable, `Left out: ${unreadable} that cannot be read.`],
    ]),
    ...problems.map(({ observedAt, status, message }) => {
      const hint = status === 'held' ? '; kept, not applied: the same import with --accept believes it' : '';
      return `  ${observedAt} ${status}: ${message}${hint}`;
    }),
    ...(isStopped ? [STOPPED] : []),
  ];
}
