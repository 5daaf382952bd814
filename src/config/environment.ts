import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { parseEnv } from 'node:util';
import { codeOf, UsageError } from '../core/errors.ts';
import { decodeSettings, readInputFile } from './inputFile.ts';
import { CONFIG_FILE, isOwn, SETTINGS } from './settings.ts';

type Variables = Record<string, string | undefined>;

type Warn = (words: string) => void;

/** For each variable that was read from a file: which file. */
export type Origins = ReadonlyMap<string, string>;

/**
 * Adds variables from files to the environment: first from the file that `MODEL_LEDGER_ENV_FILE` names, then from
 * `.env`. A variable that is already set stays as it is. Only this program's own names are taken, because in somebody
 * else's folder a `NODE_OPTIONS` or `LD_PRELOAD` could make us run their code.
 * @param env changed in place; variables of ours that are empty or blank are removed first
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
 * Reads the variables from a file of `NAME=value` lines.
 * @param warn called for each line that is neither a variable nor a comment
 * @throws UsageError when the file cannot be read or is not UTF-8
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
  const text = decodeSettings(bytes, path).replace(INVISIBLE, '').replace(LINE_ENDS, '\n');
  const onStray = (line: number): void => warn(`${path}: line ${line} is no NAME=value and was passed over.`);
  const variables = parseEnv(withoutStrayLines(text, onStray));
  for (const name of Object.keys(variables)) {
    if (/^model_ledger_/.test(name.toLowerCase()) && !isOwn(name)) {
      warn(`${path}: ${name} is not a setting (did you mean ${name.toUpperCase()}?).`);
    }
  }
  refuseQuotes(variables, path);
  return variables;
}

/** Invisible characters that some editors write at the start of a file. */
const INVISIBLE = /^[\ufeff\u200b\u2060]+/;
/** Line ends of other systems; of these, `parseEnv` knows only `\r\n`. */
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/g;
const TYPOGRAPHIC = /^[“”„«‘’‚‹].*[“”»‘’›]$/su;

/** Word processors turn plain quotes into typographic ones, which would silently become part of the value. */
function refuseQuotes(variables: Variables, path: string): void {
  for (const [name, value = ''] of Object.entries(variables)) {
    if (!isOwn(name) || !TYPOGRAPHIC.test(value)) continue;
    const message = `${path}: the value of ${name} stands in typographic quotes, which would be a part of it; nothing was done.`;
    throw new UsageError('bad_quotes', message, { hint: 'Write plain ones, or none.' });
  }
}

/** A name and its value, which may be quoted and then span several lines. */
const ASSIGNMENT = /[ \t]*(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=[ \t]*(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*/y;
const EMPTY_OR_COMMENT = /[ \t\r]*(?:#[^\n]*)?(?=\n|$)/y;

/**
 * Removes the lines that are neither a variable nor a comment, since `parseEnv` would join them to the next name.
 * @param onStray called with the number of each such line; not with its text, which may be part of a secret
 */
function withoutStrayLines(text: string, onStray: (line: number) => void): string {
  let kept = '';
  for (let at = 0, line = 1; at < text.length; ) {
    const found = [EMPTY_OR_COMMENT, ASSIGNMENT].find((pattern) => {
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    const newline = text.indexOf('\n', found?.lastIndex ?? at);
    const next = newline < 0 ? text.length : newline + 1;
    if (found === undefined) onStray(line);
    else kept += text.slice(at, next);
    line += text.slice(at, next).split('\n').length - 1;
    at = next;
  }
  return kept;
}

/**
 * Adds what the configuration file sets and neither the environment nor `.env` does.
 * @param file the file named by `--config`; without it, {@link CONFIG_FILE} is read if it exists
 * @throws UsageError when a named file is missing, or its content is not valid
 */
export async function fillFromConfig(env: Variables, file: string | undefined): Promise<Origins> {
  const path = file ?? CONFIG_FILE;
  if (file === undefined && !existsSync(path)) return new Map();
  // Loaded here because loading zod takes 60 ms, which a start without such a file should not pay.
  const { readConfig } = await import('./file.ts');
  return fill(env, readConfig(path, SETTINGS), path);
}

function fill(env: Variables, values: Iterable<readonly [string, string | undefined]>, origin: string): Origins {
  const origins = new Map<string, string>();
  for (const [name, value] of values) {
    if (!isOwn(name) || isBlank(value)) continue;
    if (name === 'NODE_EXTRA_CA_CERTS') env[name] = joinPaths(env[name], value);
    else if (env[name] === undefined) env[name] = value;
    else continue;
    origins.set(name, origin);
  }
  return origins;
}

/** Certificates add up: those that the machine sets must not replace those of the project, or the other way round. */
function joinPaths(first: string | undefined, second: string | undefined): string | undefined {
  return first === undefined || first === second ? second : `${first}${delimiter}${second}`;
}

function isBlank(value: string | undefined): boolean {
  return value === undefined || value.trim() === '';
}
