import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { credentialName } from '../config/secret.ts';
import { CONFIG_FILE, SETTINGS, type Setting } from '../config/settings.ts';
import { tryTo } from '../core/errors.ts';
import type { Learned } from '../core/tokens/learned.ts';
import { readReceivers } from '../notify/receivers.ts';
import { readSource } from '../upstream/source.ts';
import { left } from './shared/columns.ts';
import type { Define } from './shared/command.ts';
import { type Context, note, printJson } from './shared/context.ts';
import type { CommandOptions } from './shared/options.ts';
import { printTable } from './shared/output.ts';
import { learnedBy } from './tokens/tools.ts';

/** The current value of a setting. */
interface SettingRow {
  readonly name: string;
  /** Its key in the configuration file. */
  readonly key: string | null;
  /** Null if there is none. Secrets are masked. */
  readonly value: string | null;
  readonly from: string | null;
}

export const define: Define = (command, context) => {
  command
    .shares('db', 'json')
    .action((options: CommandOptions) => runConfig(options, command, context))
    .note(`A flag beats the environment, the environment beats .env, and .env beats ${CONFIG_FILE} (or --config FILE).`)
    .examples([
      ['config', 'show every setting, its value and where it comes from; secrets are masked'],
      ['config --json', 'the same as one JSON document'],
      ['config --config server.json', 'with another configuration file; every command takes --config'],
    ]);
};

async function runConfig(options: CommandOptions, command: Command, context: Context): Promise<void> {
  const isFlag = command.getOptionValueSource('db') === 'cli';
  const rows = SETTINGS.map((setting) => {
    const isDb = setting.name === 'MODEL_LEDGER_DB' && isFlag;
    return isDb ? { ...rowOf(setting, context), value: options.db, from: '--db' } : rowOf(setting, context);
  });
  // Not a setting, but it affects how tokens are counted.
  const learned = learnedBy(options.db);
  if (options.json) printJson(context, { settings: rows, ...(learned === undefined ? {} : { learned }) });
  else {
    const columns = [left('setting'), left(`in ${CONFIG_FILE}`), left('value'), left('from')];
    const cells = rows.map(({ name, key, value, from }) => [name, key, value ?? '-', from]);
    await printTable(context, columns, cells);
    if (learned !== undefined) note(context, learnedWords(learned));
  }
  // Reports settings that are not valid now, and not only at the first run of a timer.
  readReceivers(context.env);
}

function learnedWords({ learnedAt, ratios }: Learned): string {
  const names = ratios.map(({ for: name, low, high, base, requests }) => {
    const unit = base === 'o200k' ? 'token of o200k' : 'character';
    return `${name} ${low} to ${high} a ${unit} (${requests} requests)`;
  });
  return `Token counts learned ${learnedAt.slice(0, 10)}: ${names.join('; ')}. calibrate --forget removes them.`;
}

function rowOf({ name, key, secret, fallback }: (typeof SETTINGS)[number], { env, origins }: Context): SettingRow {
  const value = env[name];
  if (value) {
    const shown = secret === undefined ? value : mask(value, secret);
    return { name, key, value: shown, from: origins?.get(name) ?? 'environment' };
  }
  const credential = credentialName(name);
  if (secret !== undefined && env.CREDENTIALS_DIRECTORY && existsSync(`${env.CREDENTIALS_DIRECTORY}/${credential}`)) {
    return { name, key, value: '***', from: `credential ${credential}` };
  }
  if (fallback === undefined) return { name, key, value: null, from: null };
  return { name, key, value: String(fallback), from: 'default' };
}

function mask(value: string, secret: NonNullable<Setting['secret']>): string {
  if (secret === 'query') return labelOf(value);
  if (secret === 'whole' || !URL.canParse(value)) return '***';
  return `${new URL(value).protocol}//${new URL(value).host}/***`;
}

/** A source without its credentials, as the data file records it. */
function labelOf(value: string): string {
  const source = tryTo(() => readSource(value));
  return source?.kind === 'url' ? source.label : source === undefined ? '***' : value;
}
