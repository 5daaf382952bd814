import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { CommanderError } from 'commander';
import { type Define, LedgerCommand } from '../../src/commands/shared/command.ts';
import type { Context } from '../../src/commands/shared/context.ts';
import { answerQuestion, type SqlQuestion } from '../../src/commands/sql/sqlAnswer.ts';
import { LedgerError } from '../../src/core/errors.ts';
import type { Snapshot } from '../../src/ledger/record/runs.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { beginLedger, putLedger, record } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';

export interface Asked {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AskOptions {
  readonly now?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Columns of a terminal; none is a pipe. */
  readonly columns?: number;
}

/** Runs a command in this process, as the program would. */
export async function ask(define: Define, args: readonly string[], options: AskOptions = {}): Promise<Asked> {
  const { now = '2026-01-31T12:00:00Z', env = {}, stdin = '', columns } = options;
  const [stdout, stderr] = [new Sink(columns), new Sink()];
  const context: Context = {
    ...{ env, stdout, stderr, stdin: Readable.from([stdin]), now: () => new Date(now) },
    ...{ signal: new AbortController().signal, version: '0.0.0', exitCode: 0 },
  };
  const command = new LedgerCommand('asked').exitOverride().configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
  });
  define(command, context);
  try {
    await command.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) context.exitCode = error.exitCode === 0 ? 0 : 2;
    else if (error instanceof LedgerError) {
      stderr.write(`${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}\n`);
      context.exitCode = error.exitCode;
    } else throw error;
  }
  return { code: context.exitCode, stdout: stdout.text, stderr: stderr.text };
}

/** What `sql` prints of an answer; it has a process of its own for this, that can be ended. Rejects where it is refused. */
export async function answerOf(question: SqlQuestion): Promise<string> {
  const stdout = new Sink();
  await answerQuestion(question, { env: {}, stdin: Readable.from([]), stdout, stderr: new Sink() });
  return stdout.text;
}

/** Keeps what is written to it. */
export class Sink extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  text = '';

  constructor(columns?: number) {
    super({ decodeStrings: false });
    this.isTTY = columns !== undefined;
    this.columns = columns ?? 0;
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

const document = (id: string, pricing: object, more: object = {}): object => ({
  ...{ id, name: `Model ${id}`, created: 1_767_225_600, context_length: 8000, pricing },
  architecture: { modality: 'text->text', input_modalities: ['text'], output_modalities: ['text'], tokenizer: 'Plain' },
  top_provider: { context_length: 8000, max_completion_tokens: 1000, is_moderated: false },
  supported_parameters: ['temperature'],
  ...more,
});

const one = (prompt: string, completion: string, more: object = {}): object =>
  document('ann/one', { prompt, completion }, more);
const tools = { supported_parameters: ['temperature', 'tools'] };
const two = (prompt: string): object =>
  document(
    'ann/two',
    {
      ...{ prompt, completion: '0.000008', input_cache_read: '0.0000001' },
      overrides: [{ min_prompt_tokens: 128_000, prompt: '0.00001', completion: '0.00002' }],
    },
    { context_length: 1_000_000, ...tools },
  );
const free = (context: number, pricing: object = {}): object =>
  document('bob/free:free', { prompt: '0', completion: '0', ...pricing }, { context_length: context });
const night = document(
  'bob/night',
  {
    ...{ prompt: '0.000004', completion: '0.000004' },
    overrides: [
      { utc_start: 2200, utc_end: 600, prompt: '0.000002', completion: '0.000002' },
      { min_prompt_tokens: 10_000, prompt: '0.000003' },
    ],
  },
  {
    architecture: {
      modality: 'text+image->text',
      input_modalities: ['text', 'image'],
      output_modalities: ['text'],
      tokenizer: 'Other',
    },
  },
);
const router = document('zed/router', { prompt: '-1', completion: '-1' }, { context_length: null });

/** Five lists on five days; what happens between them can be worked out by hand. */
export const LISTS: readonly (readonly [at: string, models: readonly object[]])[] = [
  ['2026-01-01T00:00:00.000Z', [one('0.000001', '0.000002'), two('0.000005'), free(8000), router]],
  // ann/one at half the price, ann/two gone, bob/night new.
  ['2026-01-03T06:30:00.000Z', [one('0.0000005', '0.000001'), free(8000), router, night]],
  // ann/one back at its old price.
  ['2026-01-04T00:00:00.000Z', [one('0.000001', '0.000002'), free(8000), router, night]],
  // ann/two is back, cheaper; the context of bob/free:free is cut; a key that costs nothing appears on it.
  [
    '2026-01-10T12:00:00.000Z',
    [one('0.000001', '0.000002'), two('0.000004'), free(4000, { request: '0' }), router, night],
  ],
  // ann/one learns tools.
  [
    '2026-01-20T00:00:00.000Z',
    [one('0.000001', '0.000002', tools), two('0.000004'), free(4000, { request: '0' }), router, night],
  ],
];

/** A data file with the five lists. */
export async function smallLedger(): Promise<string> {
  const db = join(newFolder(), 'ledger.db');
  await putLedger(db, makeSmall);
  return db;
}

async function makeSmall(file: string): Promise<void> {
  await recordInto(
    file,
    LISTS.map(([at, models]) => snapshot(at, models)),
  );
}

export async function ledgerWith(snapshots: readonly Snapshot[]): Promise<string> {
  const db = join(newFolder(), 'ledger.db');
  await recordInto(db, snapshots);
  return db;
}

async function recordInto(file: string, snapshots: readonly Snapshot[]): Promise<void> {
  const ledger = await beginLedger(file);
  for (const one of snapshots) record(ledger, one);
  ledger.close();
}
