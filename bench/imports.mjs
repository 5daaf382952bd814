import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { CLI, pair, row, time } from './measure.mjs';

const FLOOR = `const fs = require('node:fs'); let n = 0;
for (const file of fs.readdirSync('.').sort()) { const list = JSON.parse(fs.readFileSync(file, 'utf8')); n += (list.data ?? list).length; }
if (!n) process.exit(1);`;

/**
 * Speed and size of an import, against reading and parsing the same bodies, and against git's own packing.
 * @param {string} folder
 * @param {readonly string[]} repositories
 * @param {string} file
 * @param {import('./measure.mjs').Say} say
 */
export async function imports(folder, repositories, file, say) {
  const bodies = join(folder, 'bodies');
  const repository = await gather(folder, bodies, repositories, file);
  const db = join(folder, 'import.db');
  const count = readdirSync(bodies).length;
  const result = pair(
    7,
    () => {
      for (const ending of ['.db', '.lock.db']) rmSync(join(folder, `import${ending}`), { force: true });
      return time([CLI, 'import', 'git', repository, '--path', 'models.json', '--db', db]);
    },
    () => time(['-e', FLOOR], { cwd: bodies }),
  );
  say(row(`import of ${count} answers, recorded and verified`, result, 'ms', '<= 1.5 x reading and parsing them'));
  const git = sizeOf(join(repository, 'objects'));
  const whole = statSync(db).size;
  const archive = archiveSize(db);
  /**
   * @param {string} what
   * @param {number} bytes
   * @param {string} target
   */
  const size = (what, bytes, target) =>
    say(row(what, { measured: bytes / 1000, floor: git / 1000, ratio: bytes / git }, 'kB', target));
  size('the archive in the file', archive, '<= git after gc --aggressive');
  size('the whole file', whole, '<= 5 x the same');
  return { db, newestBody: join(bodies, readdirSync(bodies).sort().at(-1) ?? '') };
}

/**
 * One bare repository with every version of the file, packed as tightly as git can, and the same bodies as files.
 * @param {string} folder
 * @param {string} bodies
 * @param {readonly string[]} repositories
 * @param {string} file
 */
async function gather(folder, bodies, repositories, file) {
  const target = join(folder, 'all.git');
  mkdirSync(bodies);
  /**
   * @param {string} cwd
   * @param {readonly string[]} args
   * @param {Buffer} [input]
   */
  const git = (cwd, args, input) => execFileSync('git', ['-C', cwd, ...args], { input, maxBuffer: 1 << 30 });
  execFileSync('git', ['init', '--quiet', '--bare', target]);
  const stream = [];
  for (const [i, source] of repositories.entries()) {
    const clone = join(folder, `clone${i}.git`);
    execFileSync('git', ['clone', '--quiet', '--bare', resolve(source), clone]);
    const log = git(clone, ['log', '--reverse', '--format=%H %ct', 'HEAD', '--', file]).toString().trim().split('\n');
    for (const line of log) {
      const [commit, seconds] = line.split(' ');
      const body = git(clone, ['cat-file', 'blob', `${commit}:${file}`]);
      writeFileSync(join(bodies, `${seconds}.json`), body);
      stream.push(Buffer.from(`commit refs/heads/main\ncommitter b <b@example.org> ${seconds} +0000\ndata 1\nx\n`));
      stream.push(Buffer.from(`M 644 inline models.json\ndata ${body.length}\n`), body, Buffer.from('\n'));
    }
  }
  git(target, ['symbolic-ref', 'HEAD', 'refs/heads/main']);
  git(target, ['fast-import', '--quiet'], Buffer.concat(stream));
  git(target, ['gc', '--quiet', '--aggressive', '--prune=now']);
  return target;
}

/**
 * @param {string} path
 * @returns {number}
 */
function sizeOf(path) {
  const info = statSync(path);
  if (!info.isDirectory()) return info.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

/** @param {string} file */
function archiveSize(file) {
  const db = new Database(file, { readonly: true });
  /** @type {import('better-sqlite3').Statement<[], number>} */
  const pages = db.prepare(`SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'archive%'`);
  const size = pages.pluck().get() ?? 0;
  db.close();
  return size;
}
