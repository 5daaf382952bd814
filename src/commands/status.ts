import type { Command } from 'commander';
import { UsageError } from '../core/errors.ts';
import { inert } from '../core/text.ts';
import { bytesWords, digits, durationWords } from '../core/units.ts';
import { minuteWords, type Zone } from '../core/when.ts';
import { type Health, healthOf, type RunRow } from '../ledger/queries/health.ts';
import { type Size, sizeOf } from '../ledger/queries/size.ts';
import { addExamples, type Context, dbOption, jsonOption, note, print, readSpan } from './command.ts';
import { lineWidth } from './output.ts';
import { localOption, reading, type Times, zoneOf } from './reading.ts';
import { Stylist } from './stylist.ts';

interface Options extends Times {
  readonly db: string;
  readonly maxAge?: number;
  readonly json?: boolean;
}

interface Status extends Health {
  readonly now: Date;
  readonly file: string;
  /** Of the last good run, in milliseconds. */
  readonly ageMs: number | null;
  readonly nextExpectedAt: string | null;
  readonly size: Size;
}

const KEYS = `lastGood lastRun ageSeconds everySeconds nextExpectedAt ok runs
  firstObservedAt modelsListed modelsKnown held quarantined failures drift size`;

export function define(command: Command, context: Context): void {
  command
    .addOption(dbOption())
    .option('--max-age <span>', 'exit with 1 when the last good run is older: 90m, 6h, 2d', readSpan)
    .addOption(localOption())
    .addOption(jsonOption())
    .action((options: Options) => status(options, context));
  command.addHelpText('after', `\nKeys of --json, one document, times in UTC, sizes in bytes:\n  ${KEYS}`);
  addExamples(command, [
    ['status', 'whether the record is kept, what failed, what is held, how large the file is'],
    ['status --max-age 3h', 'the same for a monitor: exit code 1 when nothing good came for three hours'],
    ['status --json | jq .size', 'the sizes for a script'],
  ]);
}

async function status(options: Options, context: Context): Promise<void> {
  if (options.maxAge === 0) throw new UsageError('bad_age', 'Nothing is younger than --max-age 0.');
  const zone = zoneOf(options);
  const now = context.now();
  const found = await reading(options.db, (ledger): Status => {
    const health = healthOf(ledger);
    const { lastGood, firstObservedAt } = health;
    const last = lastGood?.observedAt ?? null;
    const period = firstObservedAt === null || last === null ? null : { first: firstObservedAt, last };
    const ageMs = last === null ? null : now.getTime() - Date.parse(last);
    const nextExpectedAt =
      last === null || health.usualGapMs === null ? null : new Date(Date.parse(last) + health.usualGapMs).toISOString();
    return { ...health, now, file: ledger.file, ageMs, nextExpectedAt, size: sizeOf(ledger, period) };
  });
  const { maxAge } = options;
  const isOk = maxAge === undefined || (found.ageMs !== null && found.ageMs <= maxAge);
  if (options.json) print(context, JSON.stringify(toJson(found, isOk)));
  else print(context, statusText(found, context, zone));
  if (isOk || maxAge === undefined) return;
  context.exitCode = 1;
  const state =
    found.ageMs === null ? 'There is no good run' : `The last good run is ${durationWords(found.ageMs)} old`;
  note(context, `${state}; at most ${durationWords(maxAge)} was asked for.`);
}

function toJson({ now: _, ageMs, usualGapMs, quarantined, ...rest }: Status, ok: boolean): unknown {
  const seconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 1000));
  return {
    ok,
    ageSeconds: seconds(ageMs),
    everySeconds: seconds(usualGapMs),
    ...rest,
    quarantined: quarantined.map((entry) => ({ ...entry, issues: JSON.parse(entry.issues) })),
  };
}

type Line = readonly [name: string, ...values: string[]];

function statusText(found: Status, context: Context, zone: Zone): string {
  const style = Stylist.of(context);
  const lines: Line[] = [
    ['last good run', lastGoodWords(found, style, zone)],
    ['next expected', nextWords(found, style, zone)],
    ['kept', keptWords(found, zone)],
    ['file', ...sizeWords(found)],
    ['held', ...heldWords(found, style, zone)],
    ['quarantined', ...quarantinedWords(found, style)],
    ['failures', ...failureWords(found, style, zone)],
    ['format drift', ...driftWords(found, zone)],
  ];
  const margin = Math.max(...lines.map(([name]) => name.length)) + 2;
  const width = lineWidth(context) - margin;
  return lines
    .flatMap(([name, ...values]) => {
      const shown = values.flatMap((value) => wrap(value, width));
      return shown.map((value, index) => `${style.quiet((index === 0 ? name : '').padEnd(margin))}${value}`);
    })
    .join('\n');
}

function lastGoodWords({ lastGood, ageMs }: Status, style: Stylist, zone: Zone): string {
  if (lastGood === null || ageMs === null) return style.bad('none yet');
  const models = lastGood.modelCount === null ? '' : `, ${digits(lastGood.modelCount)} models`;
  const age = ageMs < 0 ? 'in the future' : `${durationWords(ageMs)} ago`;
  return `${minuteWords(lastGood.observedAt ?? lastGood.finishedAt, zone)}, ${age} (run ${lastGood.run}, ${lastGood.status}${models})`;
}

function nextWords({ nextExpectedAt, usualGapMs, now }: Status, style: Stylist, zone: Zone): string {
  if (nextExpectedAt === null || usualGapMs === null) return 'not known: too few runs to tell their rhythm';
  const every = `lists came every ${durationWords(usualGapMs)}`;
  const lateMs = now.getTime() - Date.parse(nextExpectedAt);
  const when = minuteWords(nextExpectedAt, zone);
  return lateMs <= usualGapMs / 2
    ? `${when} (${every})`
    : `${style.bad(`${durationWords(lateMs)} overdue`)}, since ${when} (${every})`;
}

function keptWords({ runs, firstObservedAt, modelsListed, modelsKnown }: Status, zone: Zone): string {
  const since = firstObservedAt === null ? '' : ` since ${minuteWords(firstObservedAt, zone)}`;
  return `${digits(runs)} runs${since}; ${digits(modelsListed)} models listed, ${digits(modelsKnown)} ever seen`;
}

function sizeWords({ file, size }: Status): string[] {
  const { archive, tables, other, growthPerMonth } = size;
  const growth =
    growthPerMonth === null ? 'its growth is not known yet' : `growing by about ${bytesWords(growthPerMonth)} a month`;
  return [
    `${inert(file)}: ${bytesWords(size.file)}, ${growth}`,
    `archive ${bytesWords(archive)}, tables and indexes ${bytesWords(tables)}, free ${bytesWords(other)}`,
  ];
}

function heldWords({ held }: Status, style: Stylist, zone: Zone): string[] {
  if (held.length === 0) return ['nothing'];
  return [
    ...held.map((run) => style.bad(`${runWords(run, zone)}: ${inert(run.errorMessage ?? '')}`)),
    'The same in three answers is believed. To believe it now: model-ledger sync --accept',
  ];
}

function quarantinedWords({ quarantined }: Status, style: Stylist): string[] {
  if (quarantined.length === 0) return ['nothing'];
  return quarantined.map(({ model, position, issues }) => {
    return style.bad(inert(`${model ?? `entry ${position}`}: ${firstIssue(issues)}`));
  });
}

function firstIssue(issues: string): string {
  const list: unknown = JSON.parse(issues);
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  if (typeof first !== 'object' || first === null) return '';
  const { path, reason } = { path: '', reason: '', ...first };
  return `${path}: ${reason}`;
}

function failureWords({ failures, lastGood }: Status, style: Stylist, zone: Zone): string[] {
  if (failures.length === 0) return ['none'];
  return failures.map((run) => {
    const words = inert(`${runWords(run, zone)} ${run.status}: ${run.errorMessage ?? run.errorCode ?? ''}`);
    return run.run > (lastGood?.run ?? 0) ? style.bad(words) : words;
  });
}

function driftWords({ drift }: Status, zone: Zone): string[] {
  if (drift.length === 0) return ['none'];
  return drift.map(({ observedAt, keyPath, kind, models, compared }) => {
    return inert(`${minuteWords(observedAt, zone)} ${keyPath} ${kind} on ${models} of ${compared} models`);
  });
}

function runWords({ run, observedAt, finishedAt }: RunRow, zone: Zone): string {
  return `${minuteWords(observedAt ?? finishedAt, zone)} run ${run}`;
}

function wrap(text: string, width: number): string[] {
  if (text.length <= width || text.includes('\u001b')) return [text];
  const cut = text.lastIndexOf(' ', width);
  return cut < width / 2 ? [text] : [text.slice(0, cut), ...wrap(`  ${text.slice(cut + 1)}`, width)];
}
