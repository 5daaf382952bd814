import { MOST_BODY_BYTES } from '../../core/reading/bodySize.ts';
import { startCatFile } from './catFile.ts';
import { gitError } from './gitCall.ts';
import type { Repository } from './repository.ts';

/** What git knows of an object without reading it; null where the repository lacks it. */
export type ObjectInfo = { readonly type: string; readonly bytes: number; readonly base: string } | null;

const FORMAT = '--batch-check=%(objectname) %(objecttype) %(objectsize) %(deltabase)';
/** An object may be stored as a difference from another, and so on; git itself allows some thousand. */
const MOST_ROUNDS = 100;

/** The types and sizes of objects, and of those that they are stored as a difference from. */
export async function describeObjects(
  repository: Repository,
  names: readonly string[],
): Promise<ReadonlyMap<string, ObjectInfo>> {
  const known = new Map<string, ObjectInfo>();
  let asked = [...new Set(names)];
  for (let round = 0; asked.length > 0 && round < MOST_ROUNDS; round += 1) {
    const answers = await ask(repository, asked);
    answers.forEach((info, index) => {
      known.set(asked[index] ?? '', info);
    });
    const bases = answers.flatMap((info) => (info === null || /^0*$/.test(info.base) ? [] : [info.base]));
    asked = [...new Set(bases)].filter((base) => !known.has(base));
  }
  return known;
}

/** Whether an object, and each one that git has to read for it, is no larger than a list may be. */
export function isSmall(name: string, objects: ReadonlyMap<string, ObjectInfo>): boolean {
  for (let at: string | undefined = name; at !== undefined; ) {
    const info: ObjectInfo | undefined = objects.get(at);
    if (info === null) return true;
    if (info === undefined || info.bytes > MOST_BODY_BYTES) return false;
    at = /^0*$/.test(info.base) ? undefined : info.base;
  }
  return true;
}

/** In a partial clone git ends at an object that it may not fetch: then the existing ones are found out first. */
async function ask(repository: Repository, names: readonly string[]): Promise<ObjectInfo[]> {
  const infos = await tryToAsk(repository, names);
  if (Array.isArray(infos)) return infos;
  const args = ['rev-list', '--objects', '--no-object-names', '--ignore-missing', '--missing=allow-any', '--stdin'];
  const input = names.map((name) => `${name}\n`).join('');
  const present = new Set((await repository.git(args, input)).split('\n'));
  const askable = names.filter((name) => present.has(name));
  const found = await tryToAsk(repository, askable);
  if (!Array.isArray(found)) throw found;
  const byName = new Map(askable.map((name, index) => [name, found[index]]));
  return names.map((name) => byName.get(name) ?? null);
}

/** What git answers, or the error that it ended with. */
async function tryToAsk({ folder, signal }: Repository, names: readonly string[]): Promise<ObjectInfo[] | Error> {
  signal.throwIfAborted();
  const { reader, complaint, end } = startCatFile(folder, FORMAT, names, signal);
  try {
    const infos: ObjectInfo[] = [];
    for (const name of names) {
      // A git that was killed has no more lines.
      const line = (await reader.readLine().catch(() => '')).toString('latin1');
      const info = readInfo(line, name);
      if (info !== undefined) {
        infos.push(info);
        continue;
      }
      signal.throwIfAborted();
      return gitError(line || (await complaint) || 'git ended before it had described the versions');
    }
    return infos;
  } finally {
    end();
  }
}

/** Undefined where it is no answer of git's. */
function readInfo(line: string, name: string): ObjectInfo | undefined {
  if (line === `${name} missing`) return null;
  const [, type, bytes, base = ''] = /^[0-9a-f]+ (\w+) (\d+)(?: ([0-9a-f]+))?$/.exec(line) ?? [];
  return type === undefined ? undefined : { type, bytes: Number(bytes), base };
}
