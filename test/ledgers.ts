import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STORY } from '../src/demo/story.ts';
import { rebuild as rebuildUntil } from '../src/ledger/record/rebuild.ts';
import { type Recorded, type RecordOptions, recordOne } from '../src/ledger/record/record.ts';
import { recordInBatches } from '../src/ledger/record/recordInBatches.ts';
import type { Snapshot } from '../src/ledger/record/runs.ts';
import { type Ledger, openForWriting } from '../src/ledger/store/open.ts';
import { runAtOnce } from '../src/ledger/store/steps.ts';
import { transact } from '../src/ledger/store/transaction.ts';
import { snapshot } from './ledger/snapshots.ts';
import { NAMES } from './sample/answers.ts';

/** A list and the instant it was observed, `2026-05-01T06:00:00.000Z`. */
export interface Observed {
  readonly at: string;
  readonly body: string | Buffer;
}

type Make = (file: string) => Promise<void>;
const made = new Map<Make, Promise<Buffer>>();

/** A data file that is made where it is first asked for, and copied from then on: to make it anew takes its time each. */
export async function putLedger(file: string, make: Make): Promise<void> {
  const bytes = made.get(make) ?? bytesOf(make);
  made.set(make, bytes);
  writeFileSync(file, await bytes);
  // Stands beside every ledger that was written once.
  writeFileSync(file.replace(/\.db$/, '.lock.db'), '');
}

async function bytesOf(make: Make): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'model-ledger-'));
  const file = join(folder, 'ledger.db');
  await make(file);
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return bytes;
}

/** A data file in which nothing is recorded yet. */
export async function beginLedger(file: string): Promise<Ledger> {
  await putLedger(file, makeEmpty);
  return await openForWriting(file);
}

async function makeEmpty(file: string): Promise<void> {
  (await openForWriting(file)).close();
}

/** Records lists, oldest first, into a new data file. */
export async function makeLedger(file: string, lists: readonly Observed[]): Promise<void> {
  const ledger = await beginLedger(file);
  await recordInBatches(ledger, snapshots(lists), new AbortController().signal);
  ledger.close();
}

/** Records one snapshot at once, in a transaction of its own. */
export function record(ledger: Ledger, one: Snapshot, options: RecordOptions = {}): Recorded {
  return transact(ledger, () => runAtOnce(recordOne(ledger, one, options)), options);
}

/** Makes the tables anew; nobody stops it. */
export async function rebuild(ledger: Ledger): Promise<string[]> {
  return await rebuildUntil(ledger, new AbortController().signal);
}

async function* snapshots(lists: readonly Observed[]): AsyncGenerator<Snapshot> {
  for (const { at, body } of lists) yield snapshot(at, body, { source: 'file:list.json' });
}

/** The shipped sample as the demonstration records it. */
export function sampleLists(): Observed[] {
  return STORY.map(({ at }, index) => ({
    at: new Date(at).toISOString(),
    body: readFileSync(new URL(`../data/sample/${NAMES[index]}`, import.meta.url)),
  }));
}
