import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { ExportError, UsageError } from '../../core/errors.ts';
import { bytesWords, quantity } from '../../core/format/units.ts';
import { addExamples } from '../shared/command.ts';
import { type Context, note, printJson } from '../shared/context.ts';
import { type CommandOptions, dbOption, jsonOption } from '../shared/options.ts';
import { NO_LIST } from '../shared/stateWords.ts';

export function define(command: Command, context: Context): void {
  command
    .argument('<dir>', 'the folder; made where it is missing, its own earlier files replaced')
    .addOption(dbOption())
    .addOption(jsonOption())
    .action((dir: string, options: CommandOptions) => site(dir, options, context));
  addExamples(command, [
    ['site public', 'every page as a file below public/, to be published anywhere'],
    ['site docs --db data/ledger.db && git add docs', 'the same for a repository that keeps its pages'],
  ]);
}

/** Names the files that an earlier call has written, so that only those are removed. */
const MANIFEST = '.model-ledger-site.json';

async function site(dir: string, { db, json }: CommandOptions, context: Context): Promise<void> {
  const [{ siteFiles }, { LedgerSource }, { readAssets }, { allIds }, { coverageOf }] = await Promise.all([
    import('../../server/staticSite.ts'),
    import('../../server/source/ledgerSource.ts'),
    import('../../server/assets.ts'),
    import('../../ledger/queries/model.ts'),
    import('../../ledger/queries/coverage.ts'),
  ]);
  const source = new LedgerSource(db);
  try {
    const earlier = earlierFiles(dir);
    const options = { version: context.version, assets: readAssets(), now: context.now };
    const written = source.ask((view) => {
      if (coverageOf(view.ledger) === null) throw new UsageError('no_list', NO_LIST);
      const ids = allIds(view.ledger).map(({ id }) => id);
      const files = new Map<string, number>();
      for (const { path, content } of siteFiles(view, ids, options)) {
        context.signal.throwIfAborted();
        write(dir, path, content);
        files.set(path, Buffer.byteLength(content));
      }
      return files;
    });
    write(dir, MANIFEST, `${JSON.stringify([...written.keys()].sort(), null, 1)}\n`);
    for (const path of earlier) if (!written.has(path)) rmSync(join(dir, path), { force: true });
    const bytes = [...written.values()].reduce((sum, size) => sum + size, 0);
    if (json) printJson(context, { db, dir, files: written.size, bytes });
    else note(context, `Wrote ${quantity(written.size, 'file')}, ${bytesWords(bytes)}, to ${dir}.`);
  } finally {
    source.close();
  }
}

function write(dir: string, path: string, content: string | Uint8Array): void {
  const file = join(dir, path);
  // A page that is there stays until the new one is whole.
  const draft = `${file}.partial`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, content);
    renameSync(draft, file);
  } catch (cause) {
    discard(draft);
    const reason = cause instanceof Error ? ` (${cause.message})` : '';
    throw new ExportError('cannot_write', `${file} cannot be written${reason}; the site is not whole.`, {
      hint: 'Make room or choose another folder, and run it again.',
      cause,
    });
  }
}

/** Where the folder itself is a file there is no draft in it; the failure to write is told anyway. */
function discard(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {}
}

/** A folder that holds anything else is somebody's. */
function earlierFiles(dir: string): readonly string[] {
  const names = namesIn(dir);
  if (names.includes(MANIFEST)) {
    const listed: unknown = JSON.parse(readFileSync(join(dir, MANIFEST), 'utf8'));
    return Array.isArray(listed)
      ? listed.filter((path) => typeof path === 'string' && !path.split('/').includes('..'))
      : [];
  }
  if (names.every((name) => name === '.git' || name === '.gitkeep')) return [];
  throw new UsageError('not_empty', `${dir} holds files that this command did not write; nothing was written.`, {
    hint: 'Give an empty folder, or one that does not exist.',
  });
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new UsageError('not_a_folder', `${dir} is not a folder that can be read; nothing was written.`, {
      hint: 'Name a folder.',
      cause,
    });
  }
}
