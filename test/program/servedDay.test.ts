import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder, run } from './program.ts';
import { served } from './served.ts';

const HOURS = 24;
const CLIENTS = 10;
const START = Date.UTC(2026, 6, 1);

/** The list of an hour: the hour stands in every price, so that a mixture of two lists would be seen. */
function listOf(hour: number): { body: string; at: string } {
  const models = Array.from({ length: 60 + (hour % 5) }, (_, i) => ({
    ...{ id: `author/model-${i}`, name: `Model ${i}`, context_length: 1000 + i },
    pricing: { prompt: `0.0000${String(hour + 10)}`, completion: '0.5' },
  }));
  return { body: JSON.stringify({ data: models }), at: new Date(START + hour * 3_600_000).toISOString() };
}

interface List {
  readonly data: readonly { readonly pricing: { readonly prompt: string } }[];
  readonly total_count: number;
}

/** What is wrong with an answer, in words; undefined where it is one whole list of an hour that has been observed. */
function wrong(status: number, list: List, observedAt: string | null): string | undefined {
  const hour = (Date.parse(observedAt ?? '') - START) / 3_600_000;
  if (status !== 200) return `status ${status}`;
  if (!Number.isInteger(hour)) return `observed at ${observedAt}`;
  const prices = new Set(list.data.map(({ pricing }) => pricing.prompt));
  const expected = [60 + (hour % 5), 60 + (hour % 5), [`0.0000${hour + 10}`]];
  const found = [list.total_count, list.data.length, [...prices]];
  return JSON.stringify(found) === JSON.stringify(expected) ? undefined : `${observedAt}: ${JSON.stringify(found)}`;
}

test('a day of syncs under ten clients: every answer is one whole list, none fails, and each sync is seen at once', async () => {
  const folder = newFolder();
  const db = join(folder, 'ledger.db');
  const file = join(folder, 'list.json');
  const sync = async (hour: number): Promise<void> => {
    const { body, at } = listOf(hour);
    writeFileSync(file, body);
    const { code, stderr } = await run(['sync', '--db', db, '--source', file, '--scope', 'output_modalities=all'], {
      env: { MODEL_LEDGER_NOW: at },
    });
    if (code !== 0) throw new Error(stderr);
  };
  await sync(0);
  const { url } = await served(['--db', db]);
  const faults: string[] = [];
  let [asked, isOver] = [0, false];
  const client = async (number: number): Promise<void> => {
    while (!isOver) {
      const path = number % 2 === 0 ? '/api/v1/models' : `/api/v1/models?x=${asked}`;
      const answer = await fetch(url + path);
      const list: List = JSON.parse(await answer.text());
      const fault = wrong(answer.status, list, answer.headers.get('x-ledger-observed-at'));
      if (fault !== undefined) faults.push(fault);
      asked += 1;
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, number) => client(number));
  for (let hour = 1; hour < HOURS; hour += 1) {
    await sync(hour);
    const { headers } = await fetch(`${url}/api/v1/models/count`);
    if (headers.get('x-ledger-observed-at') !== listOf(hour).at) faults.push(`hour ${hour} was not seen`);
  }
  isOver = true;
  await Promise.all(clients);
  expect(faults).toEqual([]);
  expect(asked).toBeGreaterThan(HOURS * CLIENTS);
});
