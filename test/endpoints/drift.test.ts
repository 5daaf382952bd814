import { expect, it } from 'vitest';
import { openForRecording } from '../../src/ledger/record/open.ts';
import { verify } from '../../src/ledger/record/verify.ts';
import { rebuild } from '../ledgers.ts';
import { ask, endpointOf, type Json, newWorld, sweepAt, T } from './world.ts';

const IDS = Array.from({ length: 12 }, (_, i) => `a/${i}`);

/** Twelve models with two endpoints each, of which these have gained a key in the second sweep. */
async function sweepTwice(gains: (model: number, endpoint: number) => Json) {
  const { db, upstream } = await newWorld(IDS);
  const serve = (more: typeof gains): void => {
    for (const [i, id] of IDS.entries()) {
      upstream.models.set(id, [endpointOf('P', '1', more(i, 0)), endpointOf('Q', '2', more(i, 1))]);
    }
  };
  serve(() => ({}));
  await sweepAt(db, upstream.url, { at: T(1) });
  serve(gains);
  const result = await sweepAt(db, upstream.url, { at: T(2) });
  return { db, upstream, result };
}

const causes = (db: string) =>
  ask(db, 'SELECT field, cause, count(*) FROM endpoint_events WHERE field IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2');

it('a key that comes to half of the endpoints that a sweep compared is the format that moved', async () => {
  const { db, result } = await sweepTwice((model, endpoint) => ({
    ...(endpoint === 0 && { supports_voice_cloning: false }),
    ...(model < 4 && { can_abort: true }),
    ...(model === 0 && { supported_parameters: ['tools', 'seed'] }),
  }));
  const expected = [
    ['can_abort', null, 8],
    ['supported_parameters', null, 2],
    ['supports_voice_cloning', 'drift', 12],
  ];
  expect(causes(db)).toEqual(expected);
  const told = result.changes.flatMap(({ changes }) =>
    changes.flatMap(({ change }) => ('field' in change ? [change] : [])),
  );
  expect(told.filter(({ cause }) => cause === 'drift').map(({ field }) => field)).toEqual(
    Array(12).fill('supports_voice_cloning'),
  );
  const ledger = await openForRecording(db);
  expect((await verify(ledger)).problems).toEqual([]);
  await rebuild(ledger);
  ledger.close();
  expect(causes(db)).toEqual(expected);
});

it('of a narrowed sweep it is one of those that it asked about, and ten at least', async () => {
  const { db, upstream } = await sweepTwice(() => ({}));
  for (const id of IDS) upstream.models.set(id, [endpointOf('P', '1', { new_key: 1 }), endpointOf('Q', '2')]);
  await sweepAt(db, upstream.url, { at: T(3), model: 'a/1?' });
  await sweepAt(db, upstream.url, { at: T(4), model: 'a/?' });
  expect(
    ask(db, 'SELECT sweep_id, cause, count(*) FROM endpoint_events WHERE field IS NOT NULL GROUP BY 1, 2'),
  ).toEqual([
    [3, null, 2],
    [4, 'drift', 10],
  ]);
});
