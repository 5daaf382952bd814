import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { DataFileError, UsageError } from '../../core/errors.ts';
import { toInstant } from '../../core/time/instant.ts';
import { copyInto } from './backup.ts';
import { withDraft } from './disk/draft.ts';
import { putInPlace, syncFolder } from './disk/durable.ts';
import { isSameFile, namesOf } from './disk/fileIdentity.ts';
import { openDatabase } from './driver.ts';
import { withFile } from './failure.ts';
import { checkVersion, requireFile, restoringName } from './file.ts';
import { checkIntegrity } from './integrity.ts';
import { acquireLock } from './lock.ts';
import { watchSidecars } from './sidecars.ts';

export interface RestoreOptions {
  readonly now: Date;
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const SIDECARS = ['-wal', '-shm'];

/**
 * Replaces the data file by a copy of a ledger. Unlike cp, it checks the whole copy first, lets no run write meanwhile,
 * does not leave the log of the old file to be replayed over the new one, and keeps the old file.
 * @returns where the old file is kept; undefined where there was none
 * @throws DataFileError when the copy is no whole ledger; then the data file is as before
 */
export async function restore(copy: string, file: string, options: RestoreOptions): Promise<string | undefined> {
  if (!existsSync(copy)) {
    throw new DataFileError('no_copy', `The copy ${copy} does not exist; nothing was changed.`, {
      hint: 'Check the path, and that its disk is mounted.',
    });
  }
  requireFile(copy);
  const draft = restoringName(file);
  for (const [own, what] of [
    [file, 'the data file itself'],
    [draft, 'what an interrupted restore has left'],
  ] as const) {
    if (!isSameFile(statSync(copy), statSync(own, { throwIfNoEntry: false }))) continue;
    throw new UsageError('source_is_target', `${copy} is ${what}; nothing was written.`, {
      hint: 'Name the copy that is to take its place.',
    });
  }
  withFile(copy, () => openCopy(copy).close(), `${file} is as before`);
  const lock = await acquireLock(file, { waitMs: options.waitMs, signal: options.signal });
  const [target = file] = namesOf(file);
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

/** Copies the copy, including a log beside it, into the draft, and checks that. */
function takeCopy(copy: string, draft: string): void {
  const sqlite = openCopy(copy);
  try {
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

/** @throws DataFileError where it is no ledger, or one of a newer version; nothing is left beside it then */
function openCopy(copy: string): Database.Database {
  const tidyUp = watchSidecars(copy);
  const sqlite = openDatabase(copy, { readonly: true, fileMustExist: true });
  try {
    checkVersion(copy, sqlite);
    return sqlite;
  } catch (error) {
    sqlite.close();
    tidyUp();
    throw error;
  }
}

/** Renames the old file together with its log. Until the last step there is no data file rather than a torn one. */
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

/** The name, with a number appended where it is taken. */
export function freeName(name: string): string {
  let free = name;
  for (let n = 2; existsSync(free) || existsSync(`${free}-wal`); n += 1) free = `${name}-${n}`;
  return free;
}
