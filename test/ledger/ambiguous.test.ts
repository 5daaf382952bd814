import { expect, test } from 'vitest';
import { verify } from '../../src/ledger/record/verify.ts';
import { documentOf } from '../core/documents.ts';
import { rebuild } from '../ledgers.ts';
import { newLedger, recordAll, rows } from './ledgers.ts';

const REPEATED =
  '{"id":"a/1","pricing":{"prompt":"1"},"name":"FIRST","architecture":{"tokenizer":"T"},"name":"SECOND"}';
const HALF = '{"id":"a/2","pricing":{"prompt":"1"},"name":"half \\ud800 a character"}';

test('tables and events read a repeated key and half a character alike, and the archive keeps the bytes', async () => {
  const ledger = await newLedger();
  const body = `[${REPEATED},${HALF}]`;
  recordAll(ledger, [documentOf('a/1'), documentOf('a/2')], body, [documentOf('a/1')], body);
  const names = [
    ['a/1', 'SECOND', 'SECOND'],
    ['a/2', 'half \\ud800 a character', 'half \\ud800 a character'],
  ];
  const agree = (): unknown =>
    rows(
      ledger,
      `SELECT id, name, (SELECT new_value FROM change_events AS e WHERE e.model_id = m.id AND field = 'name'
        ORDER BY e.id DESC LIMIT 1) FROM models AS m ORDER BY id`,
    );
  expect(agree()).toEqual(names);
  // What came back as it was is no news.
  expect(rows(ledger, "SELECT type, field FROM change_events WHERE run_id = 4 AND model_id = 'a/2'")).toEqual([
    ['restored', null],
  ]);
  expect((await verify(ledger)).problems).toEqual([]);
  await rebuild(ledger);
  expect(agree()).toEqual(names);
  expect((await verify(ledger)).problems).toEqual([]);
});
