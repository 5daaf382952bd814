import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, ExportError, tryTo, UsageError } from '../../core/errors.ts';
import { bytesWords, quantity } from '../../core/format/units.ts';
import { readArray } from '../../core/reading/json.ts';
import { makeFolder } from '../../ledger/store/disk/makeFolder.ts';
import type { Steps } from '../../ledger/store/steps.ts';
import type { Define } from '../shared/command.ts';
import { type Context, note, printJson } from '../shared/context.ts';
import type { CommandOptions } from '../shared/options.ts';
import { NO_LIST } from '../shared/words.ts';

export const define: Define = (command, context) => {
  command
    .argument('<dir>', 'the folder; created if missing, replacing its own earlier files')
    .shares('db', 'json')
    .action((dir: string, options: CommandOptions) => site(dir, options, context))
    .examples([
      ['site public', 'every page as a file below public/, to be published anywhere'],
      ['site docs --db data/ledger.db && git add docs', 'the same for a repository that keeps its pages'],
    ]);
};

/** Lists the files that this command has written, so that only those are removed. */
const MANIFEST = '.model-ledger-site.json';
/** The folder for the files of a new site until all of them are written. */
const DRAFTS = '.model-ledger-site.partial';

async function site(dir: string, { db, json }: CommandOptions, context: Context): Promise<void> {
  const [{ siteFiles }, { LedgerSource }, { readAssets }, { allIds }, { coverageOf }] = await Promise.all([
    import('../../server/staticSite.ts'),
    import('../../server/source/ledgerSource.ts'),
    import('../../server/assets.ts'),
    import('../../ledger/queries/model.ts'),
    import('../../ledger/queries/coverage.ts'),
  ]);
  const source = new LedgerSource(db);
  const drafts = join(dir, DRAFTS);
  let isNew = false;
  try {
    const earlier = earlierFiles(dir);
    const options = { version: context.version, assets: readAssets(), now: context.now };
    const written = await source.askInTurns(function* (view): Steps<ReadonlyMap<string, number>> {
      if (coverageOf(view.ledger) === null) throw new UsageError('no_list', NO_LIST);
      const ids = allIds(view.ledger).map(({ id }) => id);
      const files = new Map<string, number>();
      isNew = makeDrafts(drafts, dir);
      for (const { path, content } of siteFiles(view, ids, options)) {
        write(drafts, path, content);
        files.set(path, Buffer.byteLength(content));
        yield;
      }
      return files;
    }, context.signal);
    write(drafts, MANIFEST, `${JSON.stringify([...written.keys()].sort(), null, 1)}\n`);
    isNew = false;
    for (const path of [...written.keys(), MANIFEST]) publish(drafts, dir, path);
    for (const path of earlier) if (!written.has(path)) rmSync(join(dir, path), { force: true });
    const bytes = [...written.values()].reduce((sum, size) => sum + size, 0);
    if (json) printJson(context, { db, dir, files: written.size, bytes });
    else note(context, `Wrote ${quantity(written.size, 'file')}, ${bytesWords(bytes)}, to ${dir}.`);
  } finally {
    source.close();
    // A failure before it is what matters.
    tryTo(() => rmSync(isNew ? dir : drafts, { recursive: true, force: true }));
  }
}

/** Makes the folder for drafts, without those of a run that was killed. Returns whether `dir` itself is new. */
function makeDrafts(drafts: string, dir: string): boolean {
  const isNew = !existsSync(dir);
  return writing(drafts, STANDS, () => {
    rmSync(drafts, { recursive: true, force: true });
    makeFolder(drafts);
    return isNew;
  });
}

function write(drafts: string, path: string, content: string | Uint8Array): void {
  const file = join(drafts, path);
  writing(file, STANDS, () => {
    makeFolder(dirname(file));
    writeFileSync(file, content);
  });
}

/** Moves a draft to its place; an earlier page stays until then. */
function publish(drafts: string, dir: string, path: string): void {
  const file = join(dir, path);
  writing(file, 'the site is not whole', () => {
    makeFolder(dirname(file));
    renameSync(join(drafts, path), file);
  });
}

const STANDS = 'the site is as it was';

/** @param state says, for the message, what a failure leaves behind */
function writing<T>(file: string, state: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof Error ? ` (${cause.message})` : '';
    throw new ExportError('cannot_write', `${file} cannot be written${reason}; ${state}.`, {
      hint: 'Make room or choose another folder, and run it again.',
      cause,
    });
  }
}

/** A folder with only these counts as empty. */
const IGNORED: ReadonlySet<string> = new Set(['.git', '.gitkeep', DRAFTS]);

/**
 * The files that an earlier run has written to the folder.
 * @throws UsageError when the folder holds files that this command did not write
 */
function earlierFiles(dir: string): readonly string[] {
  const names = namesIn(dir);
  if (names.includes(MANIFEST)) return readManifest(join(dir, MANIFEST));
  if (names.every((name) => IGNORED.has(name))) return [];
  throw new UsageError('not_empty', `${dir} holds files that this command did not write; nothing was written.`, {
    hint: 'Give an empty folder, or one that does not exist.',
  });
}

function readManifest(file: string): readonly string[] {
  const listed = readArray(readFileSync(file, 'utf8').trim());
  if (listed !== undefined)
    return listed.filter((path) => typeof path === 'string').filter((path) => !path.split('/').includes('..'));
  const words = `${file} is not the list of files that this command writes; nothing was written.`;
  throw new UsageError('bad_manifest', words, { hint: 'Give an empty folder, or put that file back.' });
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return [];
    throw new UsageError('not_a_folder', `${dir} is not a folder that can be read; nothing was written.`, {
      hint: 'Name a folder.',
      cause,
    });
  }
}
