import { UsageError } from '../../core/errors.ts';
import { durationWords } from '../../core/format/units.ts';
import { isAhead } from '../../core/time/instant.ts';
import { newestOfSweeps } from '../../ledger/endpoints/future.ts';
import { lastSweep } from '../../ledger/queries/endpoints/sweeps.ts';
import { healthOf } from '../../ledger/queries/health.ts';
import { sizeOf } from '../../ledger/queries/size.ts';
import type { Define } from '../shared/command.ts';
import { type Context, note, print, printJson } from '../shared/context.ts';
import { withProgram } from '../shared/invocation.ts';
import { type CommandOptions, readSpan } from '../shared/options.ts';
import { reading, type Times, zoneOf } from '../shared/reading.ts';
import { type Status, statusText } from './statusText.ts';

interface Options extends CommandOptions, Times {
  readonly maxAge?: number;
}

const KEYS = `lastGood lastRun ageSeconds everySeconds nextExpectedAt ok isAhead runs \
firstObservedAt newestObservedAt modelsListed modelsKnown held quarantined failures drift size sweep`;

export const define: Define = (command, context) => {
  command
    .shares('db')
    .option('--max-age <span>', 'exit with 1 if the last good run ended longer ago: 90m, 6h, 2d', readSpan)
    .shares('local', 'json')
    .action((options: Options) => status(options, context))
    .note(`Keys of --json, one document, times in UTC, sizes in bytes:\n  ${KEYS}`)
    .examples([
      ['status', 'whether the record is kept, what failed, what is held, how large the file is'],
      [
        'status --max-age 3h',
        'the same for a monitor: exit code 1 if the last good run ended more than three hours ago',
      ],
      ['status --json | jq .size', 'the sizes for a script'],
    ]);
};

async function status(options: Options, context: Context): Promise<void> {
  if (options.maxAge === 0) throw new UsageError('bad_age', 'Nothing is younger than --max-age 0.');
  const zone = zoneOf(options);
  const now = context.now();
  const found = await reading(options, context, ({ ledger }): Status => {
    const health = healthOf(ledger);
    const { lastGood, firstObservedAt } = health;
    const last = lastGood?.observedAt ?? null;
    const period = firstObservedAt === null || last === null ? null : { first: firstObservedAt, last };
    // Measured by when the run ended, because the list itself may be older, or dated wrongly.
    const ageMs = lastGood === null ? null : now.getTime() - Date.parse(lastGood.finishedAt);
    const dated = [health.newestObservedAt, lastGood?.finishedAt ?? null, newestOfSweeps(ledger)];
    const ahead = dated.find((instant) => instant !== null && isAhead(instant, now)) ?? null;
    const nextExpectedAt =
      last === null || health.usualGapMs === null ? null : new Date(Date.parse(last) + health.usualGapMs).toISOString();
    const sweep = lastSweep(ledger) ?? null;
    return { ...health, now, file: ledger.file, ageMs, ahead, nextExpectedAt, size: sizeOf(ledger, period), sweep };
  });
  const { maxAge } = options;
  const isYoung = maxAge === undefined || (found.ageMs !== null && found.ageMs <= maxAge);
  const isOk = isYoung && found.ahead === null;
  if (options.json) printJson(context, toJson(found, isOk));
  else print(context, withProgram(statusText(found, context, zone), context.program));
  if (isOk) return;
  context.exitCode = 1;
  if (found.ahead !== null)
    note(context, `The record is dated ahead, ${found.ahead}; model-ledger rebuild --mend-clock mends it.`);
  if (isYoung) return;
  const state =
    found.ageMs === null ? 'There is no good run' : `The last good run is ${durationWords(found.ageMs)} old`;
  note(context, `${state}; at most ${durationWords(maxAge ?? 0)} was asked for.`);
}

function toJson({ now: _, ageMs, ahead, usualGapMs, quarantined, ...rest }: Status, ok: boolean): unknown {
  const seconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 1000));
  return {
    ok,
    isAhead: ahead !== null,
    ageSeconds: seconds(ageMs),
    everySeconds: seconds(usualGapMs),
    ...rest,
    quarantined: quarantined.map((entry) => ({ ...entry, issues: JSON.parse(entry.issues) })),
  };
}
