import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { parseEnv } from 'node:util';
import { codeOf, UsageError } from '../core/errors.ts';
import { readInputFile } from './inputFile.ts';
import { CONFIG_FILE, isOwn, SETTINGS } from './settings.ts';
import { decodeText } from './text.ts';

type Variables = Record<string, string | undefined>;

type Warn = (words: string) => void;

/** Where each value that did not come from the environment itself came from. */
export type Origins = ReadonlyMap<string, string>;

/**
 * Fills the environment with what the file that `MODEL_LEDGER_ENV_FILE` names says and it does not, then with what `.env`
 * says. Only names of this program are taken: in a folder of somebody else's, `NODE_OPTIONS` or `LD_PRELOAD` would be code.
 * @param env an empty or blank variable of ours is removed from it, for it says nothing
 * @throws UsageError when a file cannot be read or is not UTF-8
 */
export function fillFromFiles(env: Variables, warn: Warn): Origins {
  for (const [name, value] of Object.entries(env)) if (isOwn(name) && isBlank(value)) delete env[name];
  const named = env.MODEL_LEDGER_ENV_FILE;
  return new Map([
    ...(named === undefined ? [] : fill(env, Object.entries(readVariables(named, warn)), named)),
    ...(existsSync('.env') ? fill(env, Object.entries(readVariables('.env', warn)), '.env') : []),
  ]);
}

/**
 * The variables of a file of `NAME=value` lines.
 * @param warn told of the lines that mean nothing
 * @throws UsageError when it cannot be read or is not UTF-8
 */
export function readVariables(path: string, warn: Warn = () => {}): Variables {
  let bytes: Buffer;
  try {
    bytes = readInputFile(path);
  } catch (cause) {
    const isMissing = codeOf(cause) === 'ENOENT';
    const hint = isMissing ? 'Correct MODEL_LEDGER_ENV_FILE, or unset it.' : 'Let this user read it, or move it away.';
    const fault = isMissing ? 'does not exist' : 'cannot be read';
    throw new UsageError('unreadable_env', `The file ${path} ${fault}; nothing was done.`, { hint, cause });
  }
  const text = decodeText(bytes, path).replace(INVISIBLE, '').replace(LINE_ENDS, '\n');
  const stray = strayLines(text);
  for (const { line } of stray) warn(`${path}: line ${line} is no NAME=value and was passed over.`);
  const variables = parseEnv(without(text, stray));
  for (const name of Object.keys(variables)) {
    if (/^model_ledger_/.test(name.toLowerCase()) && !isOwn(name)) {
      warn(`${path}: ${name} is not a setting (did you mean ${name.toUpperCase()}?).`);
    }
  }
  refuseQuotes(variables, path);
  return variables;
}

/** What editors put before a text beside the mark of its encoding. */
const INVISIBLE = /^[\ufeff\u200b\u2060]+/;
/** As other systems and programs end a line; Node knows the first of them only. */
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/g;
/** As word processors write them: a part of the value, which nobody means. */
const TYPOGRAPHIC = /^[“”„«‘’‚‹].*[“”»‘’›]$/su;

function refuseQuotes(variables: Variables, path: string): void {
  for (const [name, value = ''] of Object.entries(variables)) {
    if (!isOwn(name) || !TYPOGRAPHIC.test(value)) continue;
    const message = `${path}: the value of ${name} stands in typographic quotes, which would be a part of it; nothing was done.`;
    throw new UsageError('bad_quotes', message, { hint: 'Write plain ones, or none.' });
  }
}

/** A name, and what stands for it: perhaps a quoted value over several lines. */
const ASSIGNMENT = /[ \t]*(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=[ \t]*(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*/y;
const NOTHING = /[ \t\r]*(?:#[^\n]*)?(?=\n|$)/y;

interface StrayLine {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** The lines that set nothing and are no comment. What stands in them may be half a secret, and is not told. */
function strayLines(text: string): StrayLine[] {
  const stray: StrayLine[] = [];
  for (let at = 0, line = 1; at < text.length; ) {
    const found = [NOTHING, ASSIGNMENT].find((pattern) => {
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    const newline = text.indexOf('\n', found?.lastIndex ?? at);
    const next = newline < 0 ? text.length : newline + 1;
    if (found === undefined) stray.push({ line, from: at, to: next });
    line += text.slice(at, next).split('\n').length - 1;
    at = next;
  }
  return stray;
}

/** Node takes such a line for the beginning of the next name. */
function without(text: string, lines: readonly StrayLine[]): string {
  return lines.reduceRight((rest, { from, to }) => rest.slice(0, from) + rest.slice(to), text);
}

/**
 * Fills the environment with what the configuration file says and neither it nor `.env` does.
 * @param file as named by `--config`; without one {@link CONFIG_FILE} is read where it exists
 * @throws UsageError when a named file is missing, or what stands in it cannot be meant
 */
export async function fillFromConfig(env: Variables, file: string | undefined): Promise<Origins> {
  const path = file ?? CONFIG_FILE;
  if (file === undefined && !existsSync(path)) return new Map();
  // Loaded here because zod costs 60 ms, which a start without such a file need not pay.
  const { readConfig } = await import('./file.ts');
  return fill(env, readConfig(path, SETTINGS), path);
}

function fill(env: Variables, values: Iterable<readonly [string, string | undefined]>, origin: string): Origins {
  const origins = new Map<string, string>();
  for (const [name, value] of values) {
    if (!isOwn(name) || isBlank(value)) continue;
    if (name === AUTHORITIES) env[name] = together(env[name], value);
    else if (env[name] === undefined) env[name] = value;
    else continue;
    origins.set(name, origin);
  }
  return origins;
}

/** Each names authorities beside those of the machine: none takes another's away, as a machine's own would a project's. */
const AUTHORITIES = 'NODE_EXTRA_CA_CERTS';

function together(first: string | undefined, second: string | undefined): string | undefined {
  return first === undefined || first === second ? second : `${first}${delimiter}${second}`;
}

function isBlank(value: string | undefined): boolean {
  return value === undefined || value.trim() === '';
}
