import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { define } from '../../src/commands/cost/cost.ts';
import { ask } from '../commands/asking.ts';
import { newFolder } from '../program/program.ts';
import { endpointOf, list, newWorld, sweepAt, T } from './world.ts';

/** Two sweeps of one model, at 1 and 5 o'clock: one provider gets dearer, and two twins ask for the same, then not. */
async function world() {
  const { db, upstream } = await newWorld(['a/1', 'a/2']);
  const fp4 = { tag: 'twins/fp4', quantization: 'fp4' };
  upstream.models.set('a/1', [endpointOf('One', '1'), endpointOf('Twins', '7'), endpointOf('Twins', '7', fp4)]);
  await sweepAt(db, upstream.url, { at: T(1) });
  upstream.models.set('a/1', [endpointOf('One', '3'), endpointOf('Twins', '7'), endpointOf('Twins', '8', fp4)]);
  await sweepAt(db, upstream.url, { at: T(5) });
  const cost = async (lines: readonly object[], ...args: readonly string[]) =>
    await ask(define, ['--log', '-', '--providers', ...args, '--db', db], {
      now: T(9),
      stdin: lines.map((line) => JSON.stringify({ model: 'a/1', prompt_tokens: 1, ...line })).join('\n'),
    });
  return { db, cost };
}

describe('cost --log --providers', () => {
  it('bills each line as the provider that it names asked for then, by its name or its tag', async () => {
    const { cost } = await world();
    const lines = [
      { time: T(2), provider_name: 'One' },
      { time: T(6), provider: 'one' },
      { time: T(2), provider: 'Twins' },
      { time: T(6), provider: 'twins/fp4' },
    ];
    const { code, stdout, stderr } = await cost(lines);
    expect([code, stderr, stdout]).toEqual([
      0,
      '',
      `4 requests, 2026-08-01, at the prices then in force of the providers it names
model  requests  tokens in  out     USD
a/1           4          4    0  $19.00
total         4                  $19.00
`,
    ]);
    expect(JSON.parse((await cost(lines.slice(0, 2), '--at', 'now', '--json')).stdout)).toMatchObject({ total: '6' });
  });

  it('marks what nobody knows, and says what is billed at the listed price', async () => {
    const { cost } = await world();
    const { code, stdout, stderr } = await cost([
      { time: T(2) },
      { time: T(6), provider: 'Twins' },
      { time: T(0), provider: 'One' },
      { time: T(2), provider: 'Other' },
      { time: T(2), provider: { order: ['One'] } },
    ]);
    expect([code, stderr.split('\n')]).toEqual([
      1,
      [
        '2 lines without a provider: billed at the listed price.',
        'Who served what is known from 2026-08-01 01:00 UTC on.',
        '',
      ],
    ]);
    expect(stdout.split('\n')[2]).toMatch(
      /^a\/1 +5 .*its provider served it at several prices in 1 of them; its provider is not known to have served it then in 2 of them$/,
    );
  });

  it('is refused where no line names a provider, and where nobody ever asked', async () => {
    const { cost } = await world();
    expect(await cost([{ time: T(2) }])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^No line of the log names a provider\. Log it as provider_name or provider/),
    });
    const db = join(newFolder(), 'ledger.db');
    await list(db, T(0), ['a/1']);
    const stdin = '{"model":"a/1","provider":"One","prompt_tokens":1}';
    const none = await ask(define, ['--log', '-', '--at', 'now', '--providers', '--db', db], { stdin });
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('The ledger has recorded no endpoints.')]);
  });
});
