import { suggest } from '../core/format/suggest.ts';

/** One setting: its environment variable, and its place in the configuration file. */
export interface Setting {
  readonly name: string;
  /** Such as `webhook.minPct`; null for what should not be in a file that may be shared. */
  readonly key: string | null;
  readonly kind: 'text' | 'path' | 'list' | 'number' | 'boolean';
  /** `whole`: all of it; `url`: everything but scheme and host; `query`: only what looks like a secret in the query. */
  readonly secret?: 'whole' | 'url' | 'query';
  readonly fallback?: string | number | boolean;
}

export const CONFIG_FILE = 'model-ledger.config.json';

export const DEFAULTS = {
  db: 'data/ledger.db',
  /** Upstream's full list. Without `output_modalities=all` it leaves out embedding, image and speech models. */
  source: 'https://openrouter.ai/api/v1/models?output_modalities=all',
  /** For one attempt to fetch upstream's list. */
  timeoutMs: 60_000,
  retryDelayMs: 1000,
  logFormat: 'auto',
  webhookFormat: 'json',
  webhookMinPct: 0,
  webhookNoise: false,
  webhookOtherProvider: true,
  postgresSchema: 'model_ledger',
} as const;

const setting = <const Name extends string>(
  name: Name,
  key: string | null,
  kind: Setting['kind'] = 'text',
  rest: Pick<Setting, 'secret' | 'fallback'> = {},
): Setting & { readonly name: Name } => ({ name, key, kind, ...rest });

/**
 * All settings. The schema of the configuration file, the names that `.env` may set, the output of `config` and the
 * names that the code can read ({@link Env}) are all derived from this table.
 */
export const SETTINGS = [
  setting('MODEL_LEDGER_DB', 'db', 'path', { fallback: DEFAULTS.db }),
  setting('MODEL_LEDGER_SOURCE', 'source', 'text', { secret: 'query', fallback: DEFAULTS.source }),
  setting('MODEL_LEDGER_TIMEOUT_MS', 'timeoutMs', 'number', { fallback: DEFAULTS.timeoutMs }),
  setting('MODEL_LEDGER_RETRY_DELAY_MS', 'retryDelayMs', 'number', { fallback: DEFAULTS.retryDelayMs }),
  setting('MODEL_LEDGER_LOG_FORMAT', 'logFormat', 'text', { fallback: DEFAULTS.logFormat }),
  setting('OPENROUTER_API_KEY', null, 'text', { secret: 'whole' }),
  setting('OPENROUTER_API_KEY_FILE', 'apiKeyFile', 'path'),
  setting('MODEL_LEDGER_WEBHOOK_URL', 'webhook.url', 'text', { secret: 'url' }),
  setting('MODEL_LEDGER_WEBHOOK_URL_FILE', 'webhook.urlFile', 'path'),
  setting('MODEL_LEDGER_WEBHOOK_SECRET', null, 'text', { secret: 'whole' }),
  setting('MODEL_LEDGER_WEBHOOK_SECRET_FILE', 'webhook.secretFile', 'path'),
  setting('MODEL_LEDGER_WEBHOOK_FORMAT', 'webhook.format', 'text', { fallback: DEFAULTS.webhookFormat }),
  setting('MODEL_LEDGER_WEBHOOK_TYPES', 'webhook.types', 'list'),
  setting('MODEL_LEDGER_WEBHOOK_MODELS', 'webhook.models', 'list'),
  setting('MODEL_LEDGER_WEBHOOK_MIN_PCT', 'webhook.minPct', 'number', { fallback: DEFAULTS.webhookMinPct }),
  setting('MODEL_LEDGER_WEBHOOK_NOISE', 'webhook.noise', 'boolean', { fallback: DEFAULTS.webhookNoise }),
  setting('MODEL_LEDGER_WEBHOOK_OTHER_PROVIDER', 'webhook.otherProvider', 'boolean', {
    fallback: DEFAULTS.webhookOtherProvider,
  }),
  setting('MODEL_LEDGER_WEBHOOK_ALLOW', 'webhook.allow', 'list'),
  setting('MODEL_LEDGER_PING_URL', 'ping.url', 'text', { secret: 'url' }),
  setting('MODEL_LEDGER_PING_URL_FILE', 'ping.urlFile', 'path'),
  setting('MODEL_LEDGER_FEED_DIR', 'feed.dir', 'path'),
  setting('MODEL_LEDGER_FEED_URL', 'feed.url'),
  setting('MODEL_LEDGER_METRICS_FILE', 'metrics.file', 'path'),
  setting('MODEL_LEDGER_POSTGRES_URL', null, 'text', { secret: 'url' }),
  setting('MODEL_LEDGER_TOKENIZERS', 'tokenizers', 'list'),
  setting('HTTPS_PROXY', null, 'text', { secret: 'url' }),
  setting('HTTP_PROXY', null, 'text', { secret: 'url' }),
  setting('NO_PROXY', null),
  setting('NODE_EXTRA_CA_CERTS', 'caFile', 'path'),
  setting('MODEL_LEDGER_ENV_FILE', null, 'path'),
];

/** Variables that are read but are no settings: the path of the configuration file, and the clock of tests and demo. */
const OTHER_NAMES = ['MODEL_LEDGER_CONFIG', 'MODEL_LEDGER_NOW'] as const;
/** Lower-case spellings, which other programs understand too. */
const TWINS = ['https_proxy', 'http_proxy', 'no_proxy'] as const;

/** Variables that the system sets for every program. */
type SystemName =
  | 'CREDENTIALS_DIRECTORY'
  | 'HOME'
  | 'LANG'
  | 'LC_ALL'
  | 'LC_CTYPE'
  | 'NOTIFY_SOCKET'
  | 'NO_COLOR'
  | 'TERM'
  | 'WATCHDOG_USEC'
  | 'XDG_CONFIG_HOME';

export type OwnName = (typeof SETTINGS)[number]['name'] | (typeof OTHER_NAMES)[number] | (typeof TWINS)[number];

/** The environment as this program reads it. Reading a name that is in none of the lists above does not compile. */
export type Env = { readonly [Name in OwnName | SystemName]?: string | undefined };

const OWN: ReadonlySet<string> = new Set([...SETTINGS.map(({ name }) => name), ...OTHER_NAMES, ...TWINS]);

/** Whether a file of variables may set this name; anything else in it is for other programs, or an attack on this one. */
export function isOwn(name: string): boolean {
  return OWN.has(name) || name.startsWith('MODEL_LEDGER_');
}

/** A sentence for each variable that has our prefix but is no setting. */
export function findUnknown(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = [...OWN];
  const unknown = Object.keys(env).filter((name) => name.startsWith('MODEL_LEDGER_') && !OWN.has(name));
  return unknown.sort().map((name) => `${name} is not a setting${didYouMean(name, known)}.`);
}

export function didYouMean(name: string, known: readonly string[]): string {
  const [best] = suggest(name, known, 1);
  return best === undefined ? '' : ` (did you mean ${best}?)`;
}
