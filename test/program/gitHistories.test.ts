import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listen } from '../loopback.ts';
import { modelList } from '../upstream/misbehaving.ts';
import { newFolder, query, type Row, run } from './program.ts';

const list = (n: number): string => modelList(30 + n);
const day = (n: number): string => `2026-05-0${n}T06:00:00Z`;
const at = (n: number): string => `2026-05-0${n}T06:00:00.000Z`;
const runs = (db: string): Row[] => query(db, 'SELECT observed_at AS at, model_count AS n FROM sync_runs ORDER BY 1');

/** A work tree into which commits are made as people make them. */
class WorkTree {
  readonly folder = newFolder();
  readonly path = join(this.folder, 'tree');
  readonly db = join(this.folder, 'ledger.db');

  constructor() {
    mkdirSync(this.path);
    this.git('init', '--quiet', '--initial-branch=main');
  }

  git(...args: readonly string[]): string {
    return this.gitAt(day(1), day(1), ...args);
  }

  gitAt(authored: string, committed: string, ...args: readonly string[]): string {
    const person = { NAME: 'scraper', EMAIL: 'scraper@localhost' };
    const who = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value]),
    );
    return execFileSync('git', ['-C', this.path, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        ...{ PATH: process.env.PATH ?? '', HOME: '/nonexistent' },
        ...Object.fromEntries(who),
        ...{ GIT_AUTHOR_DATE: authored, GIT_COMMITTER_DATE: committed },
      },
    });
  }

  write(name: string, body: string | Buffer): void {
    writeFileSync(join(this.path, name), body);
  }

  commit(committed: string, files: Readonly<Record<string, string | Buffer>>, authored = committed): void {
    for (const [name, body] of Object.entries(files)) this.write(name, body);
    this.git('add', '--all');
    this.gitAt(authored, committed, 'commit', '--quiet', '--message=scraped');
  }

  async import(path: string, ...args: readonly string[]) {
    return await run(['import', 'git', this.path, '--path', path, '--db', this.db, ...args]);
  }
}

describe('the versions of a file', () => {
  test('a list that begins as a copy of another has its own history only', async () => {
    const tree = new WorkTree();
    tree.commit(day(1), { 'models.json': list(1) });
    tree.commit(day(2), { 'models.json': list(2) });
    tree.commit(day(3), { 'models.json': list(3), 'all.json': list(3) });
    tree.commit(day(4), { 'all.json': list(4) });
    expect((await tree.import('all.json')).code).toBe(0);
    expect(runs(tree.db)).toEqual([
      { at: at(3), n: 33 },
      { at: at(4), n: 34 },
    ]);
  });

  test('a rename is followed, also where the list changed in the same commit, and where it was renamed twice', async () => {
    const tree = new WorkTree();
    tree.commit(day(1), { 'a.json': list(1), 'other.json': modelList(3) });
    tree.git('mv', 'a.json', 'b.json');
    tree.commit(day(2), { 'b.json': list(2) });
    tree.git('mv', 'b.json', 'c.json');
    tree.git('rm', '--quiet', 'other.json');
    tree.commit(day(3), { 'a.json': modelList(5) });
    tree.commit(day(4), { 'c.json': list(4), 'a.json': modelList(6) });
    expect(await tree.import('c.json')).toMatchObject({ code: 0, stderr: `Began a new ledger in ${tree.db}.\n` });
    expect(runs(tree.db)).toEqual([
      { at: at(1), n: 31 },
      { at: at(2), n: 32 },
      { at: at(3), n: 32 },
      { at: at(4), n: 34 },
    ]);
  });

  test("neither the repository's own log.follow nor diff.renames brings another file's history in", async () => {
    const tree = new WorkTree();
    tree.commit(day(1), { 'models.json': list(1) });
    tree.commit(day(2), { 'models.json': list(2), 'all.json': list(2) });
    for (const setting of ['log.follow=true', 'diff.renames=copies']) tree.git('config', ...setting.split('='));
    await tree.import('all.json');
    expect(runs(tree.db)).toEqual([{ at: at(2), n: 32 }]);
  });

  test('a merge with content of its own is a version; one that takes what a parent has is none', async () => {
    const tree = new WorkTree();
    tree.commit(day(1), { 'm.json': list(1) });
    tree.git('checkout', '--quiet', '-b', 'side');
    tree.commit(day(2), { 'm.json': list(2) });
    tree.git('checkout', '--quiet', 'main');
    tree.commit(day(3), { 'm.json': list(3) });
    tree.gitAt(day(4), day(4), 'merge', '--quiet', '--strategy=ours', '--message=ours', 'side');
    tree.git('checkout', '--quiet', 'side');
    tree.commit(day(5), { 'm.json': list(5) });
    tree.git('checkout', '--quiet', 'main');
    tree.git('merge', '--quiet', '--strategy=ours', '--no-commit', 'side');
    tree.commit(day(6), { 'm.json': list(6) });
    expect((await tree.import('m.json')).code).toBe(0);
    expect(runs(tree.db)).toEqual([1, 2, 3, 5, 6].map((n) => ({ at: at(n), n: 30 + n })));
  });

  test("what a rebase put into one second is told apart by the authors' times, and that is said", async () => {
    const tree = new WorkTree();
    for (const n of [1, 2, 3]) tree.commit('2026-06-01T00:00:00Z', { 'm.json': list(n) }, day(n));
    const exit = await tree.import('m.json');
    expect([exit.code, exit.stderr]).toEqual([
      0,
      `3 commits were made in few seconds, as a rebase makes them: their authors' times are taken.\nBegan a new ledger in ${tree.db}.\n`,
    ]);
    expect(runs(tree.db)).toEqual([1, 2, 3].map((n) => ({ at: at(n), n: 30 + n })));
  });

  test('of several versions of one second the last in history stays, and the others are told', async () => {
    const tree = new WorkTree();
    for (const n of [3, 2, 1]) tree.commit(day(1), { 'm.json': list(n) });
    const exit = await tree.import('m.json');
    expect([exit.code, exit.stderr]).toEqual([
      0,
      `${`Left out m.json of ${at(1)}: the branch has another version of the same second.\n`.repeat(2)}Began a new ledger in ${tree.db}.\n`,
    ]);
    expect(runs(tree.db)).toEqual([{ at: at(1), n: 31 }]);
  });

  test('of versions of one second on two branches the one stays that the branch had', async () => {
    for (const [own, other] of [
      [2, 3],
      [3, 2],
    ] as const) {
      const tree = new WorkTree();
      tree.commit(day(1), { 'm.json': list(1) });
      tree.git('checkout', '--quiet', '-b', 'side');
      tree.commit(day(2), { 'm.json': list(other) });
      tree.git('checkout', '--quiet', 'main');
      tree.commit(day(2), { 'm.json': list(own) });
      tree.git('merge', '--quiet', '--strategy=ours', '-m', 'both', 'side');
      const { code, stderr } = await tree.import('m.json');
      expect([code, stderr]).toEqual([
        0,
        `Left out m.json of ${at(2)}: the branch has another version of the same second.\nBegan a new ledger in ${tree.db}.\n`,
      ]);
      expect(runs(tree.db)).toEqual([1, own].map((n, i) => ({ at: at(i + 1), n: 30 + n })));
    }
  });

  test('UTF-16, a mark before UTF-8 and gzip are read; a pointer and a link cost one version each, by name', async () => {
    const tree = new WorkTree();
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 12345\n`;
    tree.commit(day(1), { 'm.json': Buffer.from(`\ufeff${list(1)}`, 'utf16le') });
    tree.commit(day(2), { 'm.json': `\ufeff${list(2)}` });
    tree.commit(day(3), { 'm.json': pointer });
    rmSync(join(tree.path, 'm.json'));
    symlinkSync('elsewhere.json', join(tree.path, 'm.json'));
    tree.commit(day(4), {});
    rmSync(join(tree.path, 'm.json'));
    tree.commit(day(5), { 'm.json': list(5) });
    const exit = await tree.import('m.json');
    expect([exit.code, exit.stderr.split('\n')]).toEqual([
      0,
      [`Left out m.json of ${at(4)}: a symbolic link, not a file.`, `Began a new ledger in ${tree.db}.`, ''].toSpliced(
        1,
        0,
        `Left out m.json of ${at(3)}: is a Git LFS pointer, not the list itself (git lfs pull fetches it).`,
      ),
    ]);
    expect(runs(tree.db)).toEqual([1, 2, 5].map((n) => ({ at: at(n), n: 30 + n })));
  });

  test('where every version is a pointer the exit code is 4, and no file is begun', async () => {
    const tree = new WorkTree();
    tree.commit(day(1), { 'm.json': 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n' });
    const { code, stdout } = await tree.import('m.json');
    expect([code, stdout]).toEqual([4, 'Nothing new to import.\nLeft out: 1 that cannot be read.\n']);
    expect(readdirSync(tree.folder)).toEqual(['tree']);
  });

  test('where every version is rejected the exit code is 4', async () => {
    const tree = new WorkTree();
    tree.commit(day(1), { 'm.json': '<html>' });
    expect((await tree.import('m.json')).code).toBe(4);
  });
});

describe('a repository that lacks something', () => {
  test("a partial clone without other files' contents is read, and what is not known is said", async () => {
    const tree = new WorkTree();
    tree.commit(day(1), { big: Buffer.alloc(200_000, 'x'), 'a.json': list(1) });
    tree.git('rm', '--quiet', 'big');
    tree.commit(day(2), { 'm.json': list(2) });
    tree.commit(day(3), { 'm.json': list(3) });
    tree.git('config', 'uploadpack.allowFilter', 'true');
    tree.git(
      'clone',
      '--quiet',
      '--bare',
      '--filter=blob:limit=100k',
      `file://${tree.path}`,
      join(tree.folder, 'p.git'),
    );
    const exit = await run(['import', 'git', join(tree.folder, 'p.git'), '--path', 'm.json', '--db', tree.db]);
    expect([exit.code, exit.stderr]).toEqual([
      0,
      expect.stringMatching(/^Whether m\.json had another name before commit \w{12} is not known: 1 files that went/),
    ]);
    expect(runs(tree.db)).toEqual([2, 3].map((n) => ({ at: at(n), n: 30 + n })));
  });

  test('a version that is missing costs itself alone', async () => {
    const tree = new WorkTree();
    for (const n of [1, 2, 3]) tree.commit(day(n), { 'm.json': list(n) });
    const object = tree.git('rev-parse', 'main~1:m.json').trim();
    rmSync(join(tree.path, '.git/objects', object.slice(0, 2), object.slice(2)));
    const exit = await tree.import('m.json');
    expect([exit.code, exit.stderr]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^Left out m\\.json of ${at(2)}: its content is not in this repository.`)),
    ]);
    expect(runs(tree.db)).toEqual([1, 3].map((n) => ({ at: at(n), n: 30 + n })));
  });

  test('one larger than any list costs itself alone, and is never read', async () => {
    const tree = new WorkTree();
    tree.commit(day(1), { 'm.json': list(1) });
    tree.commit(day(2), { 'm.json': Buffer.alloc(65 << 20, ' ') });
    const exit = await tree.import('m.json');
    expect([exit.code, exit.stderr]).toEqual([
      0,
      expect.stringContaining(`Left out m.json of ${at(2)}: is larger than 67108864 bytes, which no list is.\n`),
    ]);
    expect(runs(tree.db)).toEqual([{ at: at(1), n: 31 }]);
  });

  test('a shallow clone is said to be one', async () => {
    const tree = new WorkTree();
    for (const n of [1, 2]) tree.commit(day(n), { 'm.json': list(n) });
    const shallow = join(tree.folder, 'shallow');
    tree.git('clone', '--quiet', '--depth=1', `file://${tree.path}`, shallow);
    const exit = await run(['import', 'git', shallow, '--path', 'm.json', '--db', tree.db]);
    expect([exit.code, exit.stderr]).toEqual([
      0,
      expect.stringContaining('is a shallow clone: older versions may not be'),
    ]);
  });

  test('what a repository promises is not fetched by a protocol that its own configuration allows', async () => {
    const tree = new WorkTree();
    for (const n of [1, 2]) tree.commit(day(n), { 'm.json': list(n) });
    const owned = join(tree.folder, 'owned');
    const object = tree.git('rev-parse', 'main:m.json').trim();
    rmSync(join(tree.path, '.git/objects', object.slice(0, 2), object.slice(2)));
    appendFileSync(
      join(tree.path, '.git/config'),
      `[core]\n\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\tpromisor = true\n\turl = "ext::sh -c touch% ${owned}"\n[protocol "ext"]\n\tallow = always\n`,
    );
    expect((await tree.import('m.json')).code).toBe(0);
    expect([existsSync(owned), runs(tree.db)]).toEqual([false, [{ at: at(1), n: 31 }]]);
  });
});

describe('where is looked', () => {
  test('a folder is refused, and its files are named', async () => {
    const tree = new WorkTree();
    mkdirSync(join(tree.path, 'data'));
    tree.commit(day(1), { 'data/a.json': list(1), 'data/b.json': list(1) });
    expect(await tree.import('./data/')).toEqual({
      code: 2,
      stdout: '',
      stderr: `model-ledger: data is a folder in ${tree.path} (branch main); nothing was imported.\n  Give --path one of the files in it: data/a.json, data/b.json.\n`,
    });
    expect(existsSync(tree.db)).toBe(false);
  });

  test('a link and a file that is no bundle are named as what they are', async () => {
    const tree = new WorkTree();
    symlinkSync('real.json', join(tree.path, 'link.json'));
    tree.commit(day(1), { 'real.json': list(1) });
    const link = await tree.import('link.json');
    expect([link.code, link.stderr]).toEqual([2, expect.stringContaining('link.json is a symbolic link to real.json')]);
    const file = await run(['import', 'git', join(tree.path, 'real.json'), '--path', 'x', '--db', tree.db]);
    expect([file.code, file.stderr]).toEqual([2, expect.stringContaining('is a file, and no git bundle')]);
  });

  test('a file that is not there: the branch, the likely names, and the branches that have it', async () => {
    const tree = new WorkTree();
    mkdirSync(join(tree.path, 'data'));
    tree.commit(day(1), { 'data/models.json': list(1), README: 'x' });
    expect((await tree.import('model.json')).stderr).toBe(
      `model-ledger: ${tree.path} has no version of model.json on branch main; nothing was imported.\n  Give --path the file as the repository names it, from its top folder. On branch main there is data/models.json.\n`,
    );
    tree.git('checkout', '--quiet', '--orphan', 'scraped');
    tree.commit(day(2), { 'm.json': list(2) });
    tree.git('checkout', '--quiet', 'main');
    expect((await tree.import('m.json')).stderr).toContain('Give --branch scraped, which has it.');
    expect((await tree.import('m.json', '--branch', 'scraped')).code).toBe(0);
    expect(runs(tree.db)).toEqual([{ at: at(2), n: 32 }]);
    expect((await tree.import('m.json', '--branch', 'scrapped')).stderr).toContain(
      'has no branch scrapped; nothing was imported.\n  Give one of its branches: scraped.\n',
    );
  });

  test('from a folder inside the work tree the path is still that of the repository', async () => {
    const tree = new WorkTree();
    mkdirSync(join(tree.path, 'data'));
    tree.commit(day(1), { 'data/m.json': list(1) });
    const args = ['import', 'git', 'data', '--path', 'data/m.json', '--db', tree.db];
    expect((await run(args, { cwd: tree.path })).code).toBe(0);
  });

  test("another person's repository: git's own line, and what to do about it", async () => {
    const tree = new WorkTree();
    tree.commit(day(1), { 'm.json': list(1) });
    const exit = await run(['import', 'git', tree.path, '--path', 'm.json', '--db', tree.db], {
      env: { PATH: `${fakeOwner(tree.folder)}:${process.env.PATH}` },
    });
    expect([exit.code, exit.stderr]).toEqual([
      2,
      "model-ledger: Git could not read the repository: fatal: detected dubious ownership in repository at '/x'.\n  Run git config --global --add safe.directory '/x' if you trust it.\n",
    ]);
  });
});

/** A git that complains as the real one does of a repository that another account owns. */
function fakeOwner(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const words =
    "fatal: detected dubious ownership in repository at '/x'.\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory /x";
  writeFileSync(join(bin, 'git'), `#!/bin/sh\ncat >&2 <<'EOF'\n${words}\nEOF\nexit 128\n`, { mode: 0o755 });
  return bin;
}

describe('a repository elsewhere', () => {
  test('is copied for the purpose by file://, its credentials are kept nowhere, and the copy goes', async () => {
    const tree = new WorkTree();
    for (const n of [1, 2]) tree.commit(day(n), { 'm.json': list(n) });
    const TMPDIR = join(tree.folder, 'tmp');
    mkdirSync(TMPDIR);
    const args = ['import', 'git', `file://${tree.path}`, '--path', 'm.json', '--db', tree.db];
    expect((await run(args, { env: { TMPDIR } })).code).toBe(0);
    expect([runs(tree.db), readdirSync(TMPDIR)]).toEqual([[1, 2].map((n) => ({ at: at(n), n: 30 + n })), []]);
    expect(query(tree.db, 'SELECT DISTINCT source FROM sync_runs')).toEqual([{ source: `git:file://${tree.path}` }]);
  });

  test('is copied over HTTP, one branch of it', async () => {
    const tree = new WorkTree();
    tree.commit(day(1), { 'm.json': list(1) });
    tree.git('checkout', '--quiet', '-b', 'data');
    tree.commit(day(2), { 'm.json': list(2) });
    tree.git('checkout', '--quiet', 'main');
    const origin = await serveRepository(join(tree.path, '.git'));
    const address = `${origin.replace('//', '//reader:s3cret@')}/repo.git`;
    const args = ['import', 'git', address, '--path', 'm.json', '--branch', 'data', '--db', tree.db];
    const exit = await run(args);
    expect([exit.code, exit.stdout + exit.stderr]).toEqual([0, expect.not.stringContaining('s3cret')]);
    expect(query(tree.db, 'SELECT DISTINCT source FROM sync_runs')).toEqual([{ source: `git:${origin}/repo.git` }]);
    expect(runs(tree.db)).toEqual([1, 2].map((n) => ({ at: at(n), n: 30 + n })));
    const missing = await run(['import', 'git', `${origin}/nothing.git`, '--path', 'm.json', '--db', tree.db]);
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringMatching(/^Copying http:.*\nmodel-ledger: Git could not read the repository: fatal: /),
    ]);
  });

  test.each(['ext::sh -c touch% owned', 'ext://sh'])('%j is no address', async (address) => {
    const folder = newFolder();
    const exit = await run(['import', 'git', address, '--path', 'm', '--db', 'l.db'], { cwd: folder });
    expect([exit.code, exit.stderr]).toEqual([2, expect.stringContaining('does not exist; nothing was imported.')]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

/** What `git http-backend` serves, on loopback; the repository is `/repo.git`. */
async function serveRepository(repository: string): Promise<string> {
  const root = newFolder();
  cpSync(repository, join(root, 'repo.git'), { recursive: true });
  const server = createServer((request, response) => {
    const [path = '', search = ''] = (request.url ?? '').split('?');
    const child = spawn('git', ['http-backend'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {
        ...{ PATH: process.env.PATH ?? '', GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: path },
        ...{ QUERY_STRING: search, REQUEST_METHOD: request.method ?? 'GET', REMOTE_ADDR: '127.0.0.1' },
        ...{
          CONTENT_TYPE: request.headers['content-type'] ?? '',
          HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
        },
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      },
    });
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf('\r\n\r\n');
      for (const line of answer.toString('latin1', 0, end).split('\r\n')) {
        const [name = '', value = ''] = line.split(': ');
        if (name === 'Status') response.statusCode = Number(value.slice(0, 3));
        else response.setHeader(name, value);
      }
      response.end(answer.subarray(end + 4));
    });
  });
  const { port } = await listen(server);
  return `http://127.0.0.1:${port}`;
}
