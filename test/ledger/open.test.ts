import {
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { LedgerError } from '../../src/core/errors.ts';
import { requireFile, SCHEMA_VERSION } from '../../src/ledger/store/file.ts';
import { acquireLock, lockPath } from '../../src/ledger/store/lock.ts';
import { openForReading, openForWriting } from '../../src/ledger/store/open.ts';
import { openAside } from '../../src/ledger/store/readAside.ts';
import { documentOf } from '../core/documents.ts';
import { record } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { newLedger, readTables, recordAll, rows } from './ledgers.ts';
import { hour, snapshot } from './snapshots.ts';

/** What a failure says to scripts and people. */
async function failureOf(
  work: () => unknown,
): Promise<{ code: string; exitCode: number; message: string } | undefined> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const { code, exitCode, message } = error;
    return { code, exitCode, message };
  }
  return undefined;
}

const newFile = (): string => join(newFolder(), 'ledger.db');

describe('a new data file', () => {
  it('is a ledger of this schema, in WAL, with every commit synced', async () => {
    const ledger = await newLedger(newFile());
    const pragma = (name: string): unknown => ledger.sqlite.pragma(name, { simple: true });
    expect(
      ['application_id', 'user_version', 'journal_mode', 'synchronous', 'foreign_keys', 'page_size'].map(pragma),
    ).toEqual([...[0x6d6c6564, SCHEMA_VERSION, 'wal', 2, 1, 8192]]);
    expect(ledger.isNew).toBe(true);
  });

  it('is made in the place of an empty one', async () => {
    const file = newFile();
    writeFileSync(file, '');
    const ledger = await newLedger(file);
    expect(ledger.isNew).toBe(true);
    recordAll(ledger, [documentOf('a/1')]);
  });

  it('is told from a folder', async () => {
    const folder = newFolder();
    expect(await failureOf(() => requireFile(folder))).toEqual({
      ...{ code: 'not_a_file', exitCode: 5, message: `${folder} is a folder.` },
    });
  });

  it('is found missing, or empty, where it must exist', async () => {
    const file = newFile();
    expect(await failureOf(() => requireFile(file))).toEqual({
      code: 'missing',
      exitCode: 5,
      message: `The data file ${file} does not exist.`,
    });
    writeFileSync(file, '');
    expect(await failureOf(() => requireFile(file))).toEqual({
      code: 'missing',
      exitCode: 5,
      message: `The data file ${file} is empty.`,
    });
  });

  it('is not made by reading', async () => {
    const file = newFile();
    expect((await failureOf(() => openForReading(file)))?.code).toBe('missing');
    expect(existsSync(file)).toBe(false);
  });

  it('is not made in a folder that is not there', async () => {
    const file = join(newFolder(), 'nowhere', 'ledger.db');
    expect(await failureOf(() => openForWriting(file))).toEqual({
      code: 'cannot_open',
      exitCode: 5,
      message: `${file}: its folder does not exist.`,
    });
  });
});

describe('an old data file', () => {
  it('opens again as it was, and is not new', async () => {
    const file = newFile();
    const first = await openForWriting(file);
    recordAll(first, [documentOf('a/1')]);
    const before = readTables(first);
    first.close();
    const again = await newLedger(file);
    expect(again.isNew).toBe(false);
    expect(readTables(again)).toEqual(before);
    expect(existsSync(`${file}.schema-${SCHEMA_VERSION}.bak`)).toBe(false);
  });

  it('is read while a run writes', async () => {
    const ledger = await newLedger(newFile());
    recordAll(ledger, [documentOf('a/1')]);
    ledger.sqlite.exec('BEGIN IMMEDIATE; DELETE FROM change_events');
    const reader = openForReading(ledger.file);
    expect(rows(reader, 'SELECT count(*) FROM change_events')).toEqual([[1]]);
    reader.close();
    ledger.sqlite.exec('ROLLBACK');
  });

  it('cannot be written to by a reader', async () => {
    const ledger = await newLedger(newFile());
    const reader = openForReading(ledger.file);
    expect(() => reader.sqlite.exec('DELETE FROM sync_runs')).toThrow('readonly');
    reader.close();
  });

  it.each([
    ['the tables without the views', 1],
    ['nothing yet', 0],
  ])('of an older schema (%s) is brought up to date, a copy kept beside it', async (_, version) => {
    const file = newFile();
    const old = new Database(file);
    const made = readFileSync(new URL('../../migrations/0000_tables.sql', import.meta.url), 'utf8');
    old.pragma(`application_id = ${0x6d6c6564}`);
    if (version === 1) {
      const again = await openForWriting(join(newFolder(), 'new.db'));
      const applied = again.sqlite
        .prepare<[], { hash: string; created_at: number }>('SELECT hash, created_at FROM __drizzle_migrations')
        .all();
      again.close();
      old.exec(made.replaceAll('--> statement-breakpoint', ''));
      old.exec('CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at numeric)');
      old.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (@hash, @created_at)').run(applied[0]);
    } else {
      old.exec('CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash text NOT NULL, created_at numeric)');
    }
    old.pragma(`user_version = ${version}`);
    old.close();

    expect((await failureOf(() => openForReading(file)))?.code).toBe('old_schema');
    const ledger = await newLedger(file);
    expect(ledger.sqlite.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    expect(rows(ledger, 'SELECT count(*) FROM run_health')).toEqual([[1]]);
    const copy = new Database(`${file}.schema-${version}.bak`, { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(version);
    copy.close();
  });

  it('of a newer schema is refused and left alone', async () => {
    const file = newFile();
    const newer = await openForWriting(file);
    newer.sqlite.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    newer.close();
    const before = readFileSync(file);
    const beside = readdirSync(dirname(file)).sort();
    expect(beside).toEqual(['ledger.db', 'ledger.db-shm', 'ledger.db-wal']);
    const message = `${file} was written by a newer version (schema ${SCHEMA_VERSION + 1}, this program knows ${SCHEMA_VERSION}); nothing was written.`;
    for (const open of [openForReading, openForWriting]) {
      expect(await failureOf(() => open(file))).toEqual({ code: 'newer_schema', exitCode: 5, message });
      // An account that may not write reads with what the newer version has left there.
      expect(readdirSync(dirname(file)).sort()).toEqual(beside);
    }
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('a file that is no ledger', () => {
  it('but was made of the text dump of one says how to mark it, and then is one', async () => {
    const ledger = await newLedger(newFile());
    recordAll(ledger, [documentOf('a/1')]);
    ledger.close();
    // What a dump leaves out are these two numbers.
    const sqlite = new Database(ledger.file);
    sqlite.exec('PRAGMA application_id = 0; PRAGMA user_version = 0');
    sqlite.close();
    for (const open of [openForReading, openForWriting]) {
      const message = `${ledger.file} has the tables of a ledger and not its mark, as a text dump leaves it; nothing was written.`;
      expect(await failureOf(() => open(ledger.file))).toEqual({ code: 'not_marked', exitCode: 5, message });
    }
    const hint: unknown = await Promise.resolve()
      .then(() => openForReading(ledger.file))
      .catch((error: unknown) => (error instanceof LedgerError ? error.hint : error));
    const [, pragmas = ''] = /'(.*)'/.exec(String(hint)) ?? [];
    const again = new Database(ledger.file);
    again.exec(pragmas);
    again.close();
    const opened = openForReading(ledger.file);
    expect(rows(opened, 'SELECT count(*) FROM models')).toEqual([[1]]);
    opened.close();
  });

  it('but a database of another program is refused and left alone', async () => {
    const file = newFile();
    const foreign = new Database(file);
    foreign.exec('CREATE TABLE precious (x); INSERT INTO precious VALUES (1)');
    foreign.close();
    const before = readFileSync(file);
    const message = `${file} is another program's database; nothing was written.`;
    for (const open of [openForReading, openForWriting]) {
      expect(await failureOf(() => open(file))).toEqual({ code: 'not_a_ledger', exitCode: 5, message });
    }
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('nor a database is refused and left alone', async () => {
    const file = newFile();
    const text = 'a letter to somebody\n'.repeat(100);
    writeFileSync(file, text);
    for (const open of [openForReading, openForWriting]) {
      expect(await failureOf(() => open(file))).toMatchObject({ code: 'not_a_ledger', exitCode: 5 });
    }
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});

describe('a data file in trouble', () => {
  it('that is full is as before, and the error says so', async () => {
    const ledger = await newLedger(newFile());
    recordAll(ledger, [documentOf('a/1')]);
    const before = readTables(ledger);
    const pages = Number(ledger.sqlite.pragma('page_count', { simple: true }));
    const list = Array.from({ length: 300 }, (_, i) => documentOf(`m/${i}`, { description: `${i} `.repeat(100) }));
    // Full at the first page that is wanted, at the second, …: each time all or nothing.
    let more = 0;
    for (; more < 200; more += 7) {
      ledger.sqlite.pragma(`max_page_count = ${pages + more}`);
      const failure = await failureOf(() => record(ledger, snapshot(hour(1), list)));
      if (failure === undefined) break;
      expect(failure).toEqual({
        code: 'disk_full',
        exitCode: 5,
        message: `${ledger.file}: the disk is full (database or disk is full); nothing of this run was written.`,
      });
      expect(readTables(ledger)).toEqual(before);
    }
    expect([more > 0, more < 200]).toEqual([true, true]);
    expect(rows(ledger, 'SELECT count(*) FROM models')).toEqual([[301]]);
    expect(rows(ledger, 'PRAGMA integrity_check')).toEqual([['ok']]);
  });

  it.each([
    ['moved', (file: string) => renameSync(file, `${file}.old`)],
    ['removed', (file: string) => unlinkSync(file)],
    [
      'replaced',
      (file: string) => {
        renameSync(file, `${file}.old`);
        writeFileSync(file, 'other');
      },
    ],
  ])('that was %s while it was open takes no run', async (_, spoil) => {
    const ledger = await newLedger(newFile());
    recordAll(ledger, [documentOf('a/1')]);
    spoil(ledger.file);
    expect(await failureOf(() => record(ledger, snapshot(hour(1), [documentOf('b/2')])))).toEqual({
      code: 'replaced',
      exitCode: 5,
      message: `${ledger.file} was moved or replaced while it was open; nothing of this run was written.`,
    });
    expect(rows(ledger, 'SELECT count(*) FROM sync_runs')).toEqual([[1]]);
  });

  it('that another program holds is busy, and nothing was written', async () => {
    const ledger = await newLedger(newFile());
    ledger.sqlite.pragma('busy_timeout = 20');
    const other = new Database(ledger.file);
    other.exec('BEGIN IMMEDIATE');
    expect(await failureOf(() => recordAll(ledger, [documentOf('a/1')]))).toEqual({
      code: 'locked',
      exitCode: 75,
      message: `${ledger.file} is locked; nothing of this run was written.`,
    });
    other.close();
    recordAll(ledger, [documentOf('a/1')]);
    expect(rows(ledger, 'SELECT count(*) FROM sync_runs')).toEqual([[1]]);
  });
});

describe('a link to a data file', () => {
  it('is read with the log that stands beside the file itself, also from a copy', async () => {
    const ledger = await newLedger(newFile());
    recordAll(ledger, [documentOf('a/1')]);
    const link = join(newFolder(), 'link.db');
    symlinkSync(ledger.file, link);
    const aside = openAside(link);
    expect(aside.prepare('SELECT id FROM models').pluck().all()).toEqual(['a/1']);
    aside.close();
    ledger.close();
  });

  it('that leads to no file, beside which a log is left, is no new ledger', async () => {
    const file = newFile();
    const link = join(newFolder(), 'link.db');
    writeFileSync(`${file}-wal`, 'x'.repeat(100));
    symlinkSync(file, link);
    for (const open of [openForReading, openForWriting]) {
      expect(await failureOf(() => open(link))).toMatchObject({ code: 'lost', exitCode: 5 });
    }
    expect(readdirSync(dirname(file))).toEqual([`${basename(file)}-wal`]);
  });
});

async function closedLedger(): Promise<string> {
  const file = newFile();
  (await openForWriting(file)).close();
  return file;
}

describe('the lock', () => {
  it('is a file beside the data file', () => {
    expect(['data/ledger.db', 'x/y', '/z.sqlite'].map(lockPath)).toEqual([
      'data/ledger.lock.db',
      'x/y.lock.db',
      '/z.lock.sqlite',
    ]);
  });

  it('is held by one at a time', async () => {
    const file = newFile();
    const first = await acquireLock(file);
    expect(await failureOf(() => acquireLock(file))).toEqual({
      code: 'locked',
      exitCode: 75,
      message: `Another run is writing to ${file}; nothing was written.`,
    });
    first.release();
    (await acquireLock(file)).release();
  });

  it('is waited for as long as told', async () => {
    const file = newFile();
    const first = await acquireLock(file);
    const second = acquireLock(file, { waitMs: 120_000 });
    first.release();
    (await second).release();
    const third = await acquireLock(file);
    expect((await failureOf(() => acquireLock(file, { waitMs: 60 })))?.code).toBe('locked');
    third.release();
  });

  it.each<[string, (file: string, other: string) => void]>([
    ['a hard link', linkSync],
    ['a symbolic link', symlinkSync],
    ['a relative symbolic link', (file, other) => symlinkSync(basename(file), other)],
  ])('is one for the file and %s to it, made before or afterwards', async (_, link) => {
    const file = await closedLedger();
    const other = join(dirname(file), 'other.db');
    const early = await acquireLock(file);
    link(file, other);
    expect((await failureOf(() => acquireLock(other)))?.code).toBe('locked');
    early.release();
    const late = await acquireLock(other);
    expect((await failureOf(() => acquireLock(file)))?.code).toBe('locked');
    late.release();
    (await acquireLock(file)).release();
  });

  it('is one for a file that is not there yet and a symbolic link to it', async () => {
    const file = newFile();
    symlinkSync(file, `${file}.link`);
    const first = await acquireLock(`${file}.link`);
    expect((await failureOf(() => acquireLock(file)))?.code).toBe('locked');
    first.release();
  });

  it('refuses a file with a hard link in another folder, and one whose newest runs stand beside another name', async () => {
    const file = await closedLedger();
    const elsewhere = join(newFolder(), 'other.db');
    linkSync(file, elsewhere);
    expect(await failureOf(() => acquireLock(file))).toEqual({
      code: 'several_names',
      exitCode: 5,
      message: `${file} has 2 names (hard links), some of them in other folders; nothing was written.`,
    });
    rmSync(elsewhere);
    linkSync(file, `${file}.other`);
    writeFileSync(`${file}.other-wal`, 'x');
    expect((await failureOf(() => acquireLock(file)))?.code).toBe('other_log');
  });

  it.each<[string, (path: string) => void]>([
    ['deleted', rmSync],
    [
      'replaced',
      (path) => {
        writeFileSync(`${path}.new`, '');
        renameSync(`${path}.new`, path);
      },
    ],
  ])('is proved before the commit: %s, it is no lock', async (_, lose) => {
    const file = newFile();
    const lock = await acquireLock(file);
    const ledger = await openForWriting(file, lock);
    recordAll(ledger, [documentOf('a/1')]);
    const later = snapshot(hour(1), [documentOf('a/2')]);
    lose(lockPath(file));
    (await acquireLock(file)).release();
    expect(await failureOf(() => record(ledger, later))).toEqual({
      code: 'lock_lost',
      exitCode: 75,
      message: `${lockPath(file)} was removed while it was this run's lock; nothing of this run was written.`,
    });
    expect(rows(ledger, 'SELECT count(*) FROM sync_runs')).toEqual([[1]]);
    ledger.close();
    lock.release();
  });

  it('is not in the way of readers or of another data file', async () => {
    const ledger = await newLedger(newFile());
    const lock = await acquireLock(ledger.file);
    const reader = openForReading(ledger.file);
    expect(rows(reader, 'SELECT count(*) FROM sync_runs')).toEqual([[0]]);
    reader.close();
    const other = await acquireLock(`${ledger.file}.other`);
    await expect(acquireLock(ledger.file)).rejects.toThrow(/Another run is writing to/);
    other.release();
    lock.release();
  });
});
