import { dirname, isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../core/errors.ts';
import { isObject } from '../core/reading/json.ts';
import { decodeSettings, readInputFile } from './inputFile.ts';
import { didYouMean, type Setting } from './settings.ts';

/**
 * Reads a configuration file as values of environment variables. Relative paths in it are relative to its folder.
 * @throws UsageError when it cannot be read or is not valid
 */
export function readConfig(path: string, settings: readonly Setting[]): [name: string, value: string][] {
  const document = readDocument(path);
  const checked = schemaOf(settings).safeParse(document);
  if (!checked.success) throw refuse(path, checked.error.issues, settings);
  return settings.flatMap((setting) => {
    const value = setting.key === null ? undefined : valueAt(document, setting.key);
    return value === undefined ? [] : [[setting.name, toText(value, setting, path)]];
  });
}

function readDocument(path: string): unknown {
  try {
    return JSON.parse(decodeSettings(readInputFile(path), path));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const isBroken = cause instanceof SyntaxError;
    throw new UsageError('bad_config', `${path} ${isBroken ? 'is not JSON' : 'cannot be read'}; nothing was done.`, {
      hint: isBroken ? brokenWords(cause) : 'Check the path given with --config.',
      cause,
    });
  }
}

/** Node's own message quotes the text around the fault, which may be a secret, so only the position is taken from it. */
function brokenWords({ message }: SyntaxError): string {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  return position === undefined ? 'Check its commas, quotes and brackets.' : `Check it at character ${position}.`;
}

const KINDS = {
  text: z.string().min(1),
  path: z.string().min(1),
  list: z.array(z.string().regex(/^[^,]+$/, 'expected a text without a comma')),
  number: z.number().nonnegative(),
  boolean: z.boolean(),
} as const;

/** A key such as `webhook.url` is `url` in the group `webhook`; groups are not nested deeper. */
function schemaOf(settings: readonly Setting[]) {
  const groups = new Map<string, Record<string, z.ZodType>>();
  for (const { key, kind } of settings) {
    const [group = '', name] = key?.split('.') ?? [];
    if (key === null) continue;
    const shape = groups.get(name === undefined ? '' : group) ?? {};
    shape[name ?? group] = KINDS[kind].optional();
    groups.set(name === undefined ? '' : group, shape);
  }
  const { '': top = {}, ...rest } = Object.fromEntries(groups);
  const nested = Object.entries(rest).map(([group, shape]) => [group, z.strictObject(shape).optional()]);
  return z.strictObject({ ...top, ...Object.fromEntries(nested), $schema: z.string().optional() });
}

function refuse(path: string, issues: readonly z.core.$ZodIssue[], settings: readonly Setting[]): UsageError {
  const keys = settings.flatMap(({ key }) => (key === null ? [] : [key, key.split('.')[0] ?? key]));
  const words = issues.flatMap((issue) => {
    const at = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [`${at === '' ? '' : `${at}: `}${issue.message}`];
    return issue.keys.map((key) => {
      const full = at === '' ? key : `${at}.${key}`;
      return `${full} is not a setting${didYouMean(full, [...new Set(keys)])}`;
    });
  });
  return new UsageError('bad_config', `${path}: ${words.join('; ')}. Nothing was done.`, {
    hint: 'Run model-ledger config to see the settings.',
  });
}

function valueAt(document: unknown, key: string): unknown {
  return key.split('.').reduce((value: unknown, step) => (isObject(value) ? value[step] : undefined), document);
}

function toText(value: unknown, { kind }: Setting, path: string): string {
  if (Array.isArray(value)) return value.join(',');
  const text = String(value);
  return kind === 'path' && !isAbsolute(text) ? join(dirname(path), text) : text;
}
