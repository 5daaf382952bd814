import { readSecret, type SecretName } from '../config/secret.ts';
import { DEFAULTS, type Env } from '../config/settings.ts';
import { CHANGE_TYPES } from '../core/diff/changes.ts';
import { UsageError } from '../core/errors.ts';
import { FORMATS, type Format } from '../core/notification/messageFormats.ts';
import type { NewsFilter } from '../core/notification/news.ts';

export interface Webhook {
  readonly url: URL;
  readonly format: Format;
  /** Signs messages by the Standard Webhooks scheme; undefined: messages are not signed. */
  readonly secret: string | undefined;
  readonly filter: NewsFilter;
}

/** Everything that is told of a run; undefined is what the settings do not ask for. */
export interface Receivers {
  readonly webhook: Webhook | undefined;
  readonly ping: URL | undefined;
  readonly feed: { readonly dir: string; readonly url: URL | undefined } | undefined;
  /** The URL of a PostgreSQL server that gets a copy of the tables. */
  readonly postgres: string | undefined;
  /** A file for node_exporter's textfile collector. */
  readonly metrics: string | undefined;
  /** Hosts that are allowed although they are on this machine or in its network. */
  readonly allow: ReadonlySet<string>;
}

/**
 * Reads the receivers from the settings.
 * @throws UsageError when a value is not valid; the message never quotes a URL or a secret, as either may be a credential
 */
export function readReceivers(env: Env): Receivers {
  const feedDir = env.MODEL_LEDGER_FEED_DIR;
  return {
    webhook: readWebhook(env),
    ping: readSecretUrl(env, 'MODEL_LEDGER_PING_URL'),
    feed: feedDir ? { dir: feedDir, url: readPublicUrl(env, 'MODEL_LEDGER_FEED_URL') } : undefined,
    metrics: env.MODEL_LEDGER_METRICS_FILE || undefined,
    postgres: env.MODEL_LEDGER_POSTGRES_URL || undefined,
    allow: new Set(readList(env.MODEL_LEDGER_WEBHOOK_ALLOW)?.map(readHost) ?? []),
  };
}

/** Whether nobody is told anything. */
export function isSilent({ webhook, ping, feed, metrics, postgres }: Receivers): boolean {
  return (webhook ?? ping ?? feed ?? metrics ?? postgres) === undefined;
}

function readWebhook(env: Env): Webhook | undefined {
  const url = readSecretUrl(env, 'MODEL_LEDGER_WEBHOOK_URL');
  if (url === undefined) return undefined;
  const format = readWord(env, 'MODEL_LEDGER_WEBHOOK_FORMAT', FORMATS, DEFAULTS.webhookFormat);
  const secret = readSecret(env, 'MODEL_LEDGER_WEBHOOK_SECRET')?.text.trim();
  if (secret !== undefined) checkSecret(secret);
  const types = readList(env.MODEL_LEDGER_WEBHOOK_TYPES)?.map((type) =>
    oneOf('MODEL_LEDGER_WEBHOOK_TYPES', type, CHANGE_TYPES),
  );
  return {
    url,
    format,
    secret,
    filter: {
      types: types === undefined ? null : new Set(types),
      models: readList(env.MODEL_LEDGER_WEBHOOK_MODELS) ?? null,
      minPct: readPercent(env.MODEL_LEDGER_WEBHOOK_MIN_PCT || String(DEFAULTS.webhookMinPct)),
      noise: readSwitch(env, 'MODEL_LEDGER_WEBHOOK_NOISE', DEFAULTS.webhookNoise),
      otherProvider: readSwitch(env, 'MODEL_LEDGER_WEBHOOK_OTHER_PROVIDER', DEFAULTS.webhookOtherProvider),
    },
  };
}

function readSecretUrl(env: Env, name: SecretName): URL | undefined {
  return readUrl(readSecret(env, name)?.text.trim(), name);
}

function readUrl(text: string | undefined, name: string): URL | undefined {
  if (text === undefined) return undefined;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw badSetting(
    `${name} is not an http or https URL; nothing was done.`,
    `Write it as https://host/path, or unset ${name}.`,
  );
}

/** A URL that is published in the feeds, so it must not have credentials. */
function readPublicUrl(env: Env, name: keyof Env): URL | undefined {
  const url = readUrl(env[name] || undefined, name);
  if (url === undefined || (url.username === '' && url.password === '')) return url;
  const words = `${name} has a user or a password in it, and feeds would show it.`;
  throw badSetting(words, 'Give the address by which readers find the feeds.');
}

function readList(text: string | undefined): string[] | undefined {
  const items = (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length === 0 ? undefined : items;
}

function oneOf<T extends string>(name: string, text: string, words: readonly T[]): T {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw badSetting(
    `${name}: ${JSON.stringify(text)} is not known; nothing was done.`,
    `Give one of ${words.join(', ')}.`,
  );
}

function readWord<T extends string>(env: Env, name: keyof Env, words: readonly T[], byDefault: T): T {
  return oneOf(name, env[name] || byDefault, words);
}

function readSwitch(env: Env, name: keyof Env, byDefault: boolean): boolean {
  return readWord(env, name, ['true', 'false'], `${byDefault}`) === 'true';
}

function readPercent(text: string): number {
  if (/^\d{1,6}(?:\.\d{1,6})?$/.test(text)) return Number(text);
  throw badSetting('MODEL_LEDGER_WEBHOOK_MIN_PCT is not a percentage; nothing was done.', 'Write it as 5 or 2.5.');
}

/** A host in the spelling that URLs use, so that `::1`, `[::1]` and `LOCALHOST` all match. */
function readHost(text: string): string {
  const host = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text;
  if (URL.canParse(`http://${host}/`)) return new URL(`http://${host}/`).hostname;
  const words = `MODEL_LEDGER_WEBHOOK_ALLOW: ${JSON.stringify(text)} is no host name.`;
  throw badSetting(words, 'Name hosts without scheme, port and path, separated by commas.');
}

/** A secret that begins with `whsec_` must continue in base64; any other is used as it is. */
function checkSecret(secret: string): void {
  const encoded = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : undefined;
  if (encoded === undefined) return;
  if (encoded.length > 0 && encoded.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return;
  const words = 'MODEL_LEDGER_WEBHOOK_SECRET begins with whsec_ and is not base64.';
  throw badSetting(words, 'Copy it whole from the receiver; a secret of your own needs no whsec_.');
}

function badSetting(words: string, hint: string): UsageError {
  return new UsageError('bad_setting', words, { hint });
}
