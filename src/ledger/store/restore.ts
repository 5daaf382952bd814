import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { DataFileError, UsageError } from '../../core/errors.ts';
import { toInstant } from '../../core/time/instant.ts';
import { copyInto } from './backup.ts';
import { withDraft } from './disk/draft.ts';
import { putInPlace, syncFolder } from './disk/durable.ts';
import { isSameFile, namesOf } from './disk/fileIdentity.ts';
import { openDatabase } from './driver.ts';
import { withFile } from './failure.ts';
import { checkVersion, requireFile } from './file.ts';
import { checkIntegrity } from './integrity.ts';
import { acquireLock } from './lock.ts';

export interface RestoreOptions {
  readonly now: Date;
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const SIDECARS = ['-wal', '-shm'];

/**
 * Puts a copy of a ledger in the data file's place, as no cp can: the copy is read whole and checked first, no run goes
 * on meanwhile, the log that belongs to the old file is not replayed over the new one, and the old file is kept.
 * @returns where the old file is kept; undefined where there was none
 * @throws DataFileError when the copy is no whole ledger; the data file is as before then
 */
export async function restore(copy: string, file: string, options: RestoreOptions): Promise<string | undefined> {
  if (!existsSync(copy)) {
    throw new DataFileError('no_copy', `The copy ${copy} does not exist; nothing was changed.`, {
      hint: 'Check the path, and that its disk is mounted.',
    });
  }
  requireFile(copy);
  if (isSameFile(statSync(copy), statSync(file, { throwIfNoEntry: false }))) {
    throw new UsageError('source_is_target', `${copy} is the data file itself; nothing was written.`, {
      hint: 'Name the copy that is to take its place.',
    });
  }
  const lock = await acquireLock(file, { waitMs: options.waitMs, signal: options.signal });
  const [target = file] = namesOf(file);
  const draft = `${target}.restoring`;
  try {
    return withFile(draft, () =>
      withDraft(draft, () => {
        withFile(copy, () => takeCopy(copy, draft), `${file} is as before`);
        lock.prove();
        return withFile(file, () => exchange(draft, target, options.now));
      }),
    );
  } finally {
    lock.release();
  }
}

/** Reads all of the copy, also what stands in a log beside it, and checks what has come of it. */
function takeCopy(copy: string, draft: string): void {
  const sqlite = openDatabase(copy, { readonly: true, fileMustExist: true });
  try {
    checkVersion(copy, sqlite);
    copyInto({ sqlite, file: copy }, draft);
  } finally {
    sqlite.close();
  }
  const taken = openDatabase(draft, { readonly: true, fileMustExist: true });
  try {
    const [problem] = checkIntegrity(taken);
    if (problem !== undefined) {
      throw new DataFileError('damaged', `${copy} is damaged (${problem}).`, { hint: 'Try another copy.' });
    }
  } finally {
    taken.close();
  }
}

/** The old file keeps its log under its new name; until the last step its place is empty rather than torn. */
function exchange(draft: string, target: string, now: Date): string | undefined {
  const kept = freeName(`${target}.before-restore-${toInstant(now).replaceAll(':', '-')}`);
  const isThere = existsSync(target);
  if (isThere) renameSync(target, kept);
  const putNew = (): void => {
    for (const sidecar of SIDECARS) {
      if (sidecar === '-wal' && existsSync(target + sidecar)) renameSync(target + sidecar, kept + sidecar);
      else rmSync(target + sidecar, { force: true });
    }
    syncFolder(target);
    putInPlace(draft, target);
  };
  withFile(target, putNew, isThere ? `what was there is kept as ${kept}` : undefined);
  return isThere ? kept : undefined;
}

/** The name, or with a number behind it where something stands there. */
export function freeName(name: string): string {
  let free = name;
  for (let n = 2; existsSync(free) || existsSync(`${free}-wal`); n += 1) free = `${name}-${n}`;
  return free;
}
