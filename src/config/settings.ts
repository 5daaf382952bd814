import { suggest } from '../core/format/suggest.ts';

/** One setting: its environment variable, and its place in the configuration file. */
export interface Setting {
  readonly name: string;
  /** `webhook.minPct`; null where a file that may be shared is no place for it. */
  readonly key: string | null;
  readonly kind: 'text' | 'path' | 'list' | 'number' | 'boolean';
  /** `url`: what stands behind its host is a secret too. */
  readonly secret?: 'whole' | 'url';
  readonly fallback?: string;
}

export const CONFIG_FILE = 'model-ledger.config.json';

const setting = (name: string, key: string | null, kind: Setting['kind'] = 'text', rest: Partial<Setting> = {}) => ({
  name,
  key,
  kind,
  ...rest,
});

/** All of them; what each means is told where it is read. */
export const SETTINGS: readonly Setting[] = [
  setting('MODEL_LEDGER_DB', 'db', 'path', { fallback: 'data/ledger.db' }),
  setting('MODEL_LEDGER_SOURCE', 'source', 'text', {
    fallback: 'https://openrouter.ai/api/v1/models?output_modalities=all',
  }),
  setting('MODEL_LEDGER_TIMEOUT_MS', 'timeoutMs', 'number', { fallback: '60000' }),
  setting('MODEL_LEDGER_RETRY_DELAY_MS', 'retryDelayMs', 'number', { fallback: '1000' }),
  setting('MODEL_LEDGER_LOG_FORMAT', 'logFormat', 'text', { fallback: 'auto' }),
  setting('OPENROUTER_API_KEY', null, 'text', { secret: 'whole' }),
  setting('OPENROUTER_API_KEY_FILE', 'apiKeyFile', 'path'),
  setting('MODEL_LEDGER_WEBHOOK_URL', 'webhook.url', 'text', { secret: 'url' }),
  setting('MODEL_LEDGER_WEBHOOK_URL_FILE', 'webhook.urlFile', 'path'),
  setting('MODEL_LEDGER_WEBHOOK_SECRET', null, 'text', { secret: 'whole' }),
  setting('MODEL_LEDGER_WEBHOOK_SECRET_FILE', 'webhook.secretFile', 'path'),
  setting('MODEL_LEDGER_WEBHOOK_FORMAT', 'webhook.format', 'text', { fallback: 'json' }),
  setting('MODEL_LEDGER_WEBHOOK_TYPES', 'webhook.types', 'list'),
  setting('MODEL_LEDGER_WEBHOOK_MODELS', 'webhook.models', 'list'),
  setting('MODEL_LEDGER_WEBHOOK_MIN_PCT', 'webhook.minPct', 'number', { fallback: '0' }),
  setting('MODEL_LEDGER_WEBHOOK_NOISE', 'webhook.noise', 'boolean', { fallback: 'false' }),
  setting('MODEL_LEDGER_WEBHOOK_ALLOW', 'webhook.allow', 'list'),
  setting('MODEL_LEDGER_PING_URL', 'ping.url', 'text', { secret: 'url' }),
  setting('MODEL_LEDGER_PING_URL_FILE', 'ping.urlFile', 'path'),
  setting('MODEL_LEDGER_FEED_DIR', 'feed.dir', 'path'),
  setting('MODEL_LEDGER_FEED_URL', 'feed.url'),
  setting('MODEL_LEDGER_METRICS_FILE', 'metrics.file', 'path'),
  setting('HTTPS_PROXY', null, 'text', { secret: 'url' }),
  setting('HTTP_PROXY', null, 'text', { secret: 'url' }),
  setting('NO_PROXY', null),
];

/** Names that are read and not settings: where the file is, and the instant that tests and the demo choose. */
const OTHER_NAMES = ['MODEL_LEDGER_CONFIG', 'MODEL_LEDGER_NOW', 'MODEL_LEDGER_RETRY_DELAY_MS'];

/** What stands in the environment under our prefix and is no name of ours, in words. */
export function findUnknown(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = [...SETTINGS.map(({ name }) => name), ...OTHER_NAMES];
  const unknown = Object.keys(env).filter((name) => name.startsWith('MODEL_LEDGER_') && !known.includes(name));
  return unknown.sort().map((name) => `${name} is not a setting${didYouMean(name, known)}`);
}

export function didYouMean(name: string, known: readonly string[]): string {
  const [best] = suggest(name, known, 1);
  return best === undefined ? '' : `; did you mean ${best}?`;
}
