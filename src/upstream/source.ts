import { basename } from 'node:path';
import { DEFAULTS } from '../config/settings.ts';
import { compareText } from '../core/collections.ts';
import { UsageError } from '../core/errors.ts';
import { secretParameters } from '../core/format/secretParameters.ts';

/** Where a body comes from, and how the data file names it. */
export type Source =
  | { readonly kind: 'url'; readonly label: string; readonly url: URL; readonly scope: string }
  | { readonly kind: 'file'; readonly label: string; readonly path: string }
  | { readonly kind: 'stdin'; readonly label: string };

/** Parameters that do not change what the list covers. */
const NOT_SCOPE: ReadonlySet<string> = new Set(['limit', 'offset', 'sort']);

/**
 * Reads what `--source` says: an http or https URL, a file, or `-` for standard input.
 * @throws UsageError when it is a URL that cannot be fetched
 */
export function readSource(text: string): Source {
  if (text === '-') return { kind: 'stdin', label: 'file:-' };
  if (!/^(?:[a-z][a-z0-9+.-]*:\/\/|https?:)/i.test(text))
    return { kind: 'file', label: `file:${labelOfFile(text)}`, path: text };
  if (!URL.canParse(text) || !/^https?:/i.test(text)) {
    throw new UsageError('bad_source', 'The source is not an http or https URL.', {
      hint: `Give --source a URL such as ${DEFAULTS.source}, a file, or - for standard input.`,
    });
  }
  const url = new URL(text);
  return { kind: 'url', url, label: labelOf(url), scope: scopeOf(url) };
}

/**
 * The address of a list, below which upstream is asked about its models.
 * @param instead what else to do
 * @throws UsageError when the source is none
 */
export function requireAddress(source: Source, instead: string): Extract<Source, { kind: 'url' }> {
  if (source.kind === 'url') return source;
  throw new UsageError('no_url', 'Endpoints are asked for below the address of the list; nothing was asked.', {
    hint: `Give --source the URL of the list, or ${instead}.`,
  });
}

/** What a list covers according to its address; by default upstream lists text models only. */
function scopeOf({ searchParams }: URL): string {
  const parameters = new Map<string, string>([['output_modalities', 'text']]);
  const secret = secretParameters(searchParams);
  for (const [name, value] of searchParams) {
    if (!NOT_SCOPE.has(name) && !secret.has(name)) parameters.set(name, value);
  }
  return [...parameters]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** The label of a file. What looks like one may be an address without its protocol, so secrets are masked. */
function labelOfFile(path: string): string {
  const [name = '', query] = basename(path).split(/\?(.*)/s);
  if (query === undefined || query === '') return basename(path);
  const parameters = new URLSearchParams(query);
  const secret = secretParameters(parameters);
  if (secret.size === 0) return basename(path);
  for (const one of secret) parameters.set(one, '***');
  return `${name}?${parameters}`;
}

/** Whether an address contains a secret. */
export function hasSecret(url: URL): boolean {
  return url.username !== '' || url.password !== '' || secretParameters(url.searchParams).size > 0;
}

function labelOf(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  // It is never sent, and some services put a token there.
  shown.hash = '';
  for (const name of secretParameters(shown.searchParams)) shown.searchParams.set(name, '***');
  return shown.href;
}
