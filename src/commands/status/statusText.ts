import { wrapLines } from '../../core/format/lines.ts';
import { escapeControls } from '../../core/format/text.ts';
import { bytesWords, digits, durationWords, quantity } from '../../core/format/units.ts';
import { HOUR_MS } from '../../core/time/instant.ts';
import { minuteWords, type Zone } from '../../core/time/when.ts';
import type { LastSweep } from '../../ledger/queries/endpoints/sweeps.ts';
import type { Health, RunRow } from '../../ledger/queries/health.ts';
import { type FileSizes, logWarning } from '../../ledger/queries/size.ts';
import type { Context } from '../shared/context.ts';
import { namedLines, Style } from '../shared/style.ts';
import { aheadWords, NO_LIST } from '../shared/words.ts';

export interface Status extends Health {
  readonly now: Date;
  readonly file: string;
  /** The age of the last good run in milliseconds. */
  readonly ageMs: number | null;
  /** An instant in the ledger that is far in the future; null if there is none. */
  readonly ahead: string | null;
  readonly nextExpectedAt: string | null;
  readonly size: FileSizes;
  /** The newest sweep over all models; null if there was none. */
  readonly sweep: LastSweep | null;
}

interface Words {
  readonly text: string;
  /** Whether a person should do something about it. */
  readonly isBad?: boolean;
}

/** The state of the ledger in words, with everything that needs attention in red. */
export function statusText(found: Status, context: Context, zone: Zone): string {
  const style = Style.of(context);
  const sections: (readonly [name: string, words: readonly Words[], none?: string])[] = [
    ['last good run', [lastGoodWords(found, zone)]],
    ...(found.ahead === null ? [] : [['clock', [{ text: aheadWords(found.ahead), isBad: true }]] as const]),
    ['next expected', [nextWords(found, zone)]],
    ['kept', [keptWords(found, zone)]],
    ['file', sizeWords(found)],
    ['held', heldWords(found, zone), 'nothing'],
    ['quarantined', quarantinedWords(found), 'nothing'],
    ...(found.sweep === null ? [] : [['endpoints', sweepWords(found.sweep, found.now, zone)] as const]),
    ['failures', failureWords(found, zone), 'none'],
    ['format drift', driftWords(found, zone), 'none'],
  ];
  const linesOf = ({ text, isBad }: Words, room: number): string[] => {
    const lines = wrapLines(escapeControls(text), room).split('\n');
    return isBad ? lines.map(style.bad) : lines;
  };
  const values = sections.map(([name, words, none = '']) => {
    const told = words.length === 0 ? [{ text: none }] : words;
    return [name, (room: number) => told.flatMap((one) => linesOf(one, room))] as const;
  });
  return namedLines(values, style);
}

function lastGoodWords({ lastGood, ageMs }: Status, zone: Zone): Words {
  if (lastGood === null || ageMs === null) return { text: NO_LIST, isBad: true };
  const models = lastGood.modelCount === null ? '' : `, ${quantity(lastGood.modelCount, 'model')}`;
  const age = ageMs < 0 ? 'in the future' : `${durationWords(ageMs)} ago`;
  const { observedAt, finishedAt } = lastGood;
  const when = minuteWords(observedAt ?? finishedAt, zone);
  // The age is that of the run. After an import, its list is older.
  const isOlder = observedAt !== null && Date.parse(finishedAt) - Date.parse(observedAt) > HOUR_MS;
  return {
    text: `${isOlder ? `the list of ${when}, recorded` : `${when},`} ${age} (run ${lastGood.run}, ${lastGood.status}${models})`,
  };
}

function sweepWords(sweep: LastSweep, now: Date, zone: Zone): Words[] {
  const { startedAt, finishedAt, status, modelsFailed, endpoints, models, aside, errorMessage } = sweep;
  const when = `${minuteWords(startedAt, zone)}, ${durationWords(Math.max(0, now.getTime() - Date.parse(startedAt)))} ago`;
  const state = finishedAt === null ? 'not ended: the next one goes on with it' : status;
  return [
    { text: `${digits(endpoints)} of ${digits(models)} models; last asked ${when} (sweep ${sweep.id}, ${state})` },
    ...(modelsFailed > 0 ? [{ text: errorMessage ?? `${quantity(modelsFailed, 'model')} failed`, isBad: true }] : []),
    ...(aside > 0 ? [{ text: `${aside} set aside (table endpoint_quarantine)`, isBad: true }] : []),
  ];
}

function nextWords({ nextExpectedAt, usualGapMs, now }: Status, zone: Zone): Words {
  if (nextExpectedAt === null || usualGapMs === null) return { text: 'not known: too few runs to tell their rhythm' };
  const when = `${minuteWords(nextExpectedAt, zone)} (lists came every ${durationWords(usualGapMs)})`;
  const lateMs = now.getTime() - Date.parse(nextExpectedAt);
  return lateMs <= usualGapMs / 2
    ? { text: when }
    : { text: `${durationWords(lateMs)} overdue, since ${when}`, isBad: true };
}

function keptWords({ runs, firstObservedAt, modelsListed, modelsKnown }: Status, zone: Zone): Words {
  const since = firstObservedAt === null ? '' : ` since ${minuteWords(firstObservedAt, zone)}`;
  return {
    text: `${quantity(runs, 'run')}${since}; ${quantity(modelsListed, 'model')} listed, ${digits(modelsKnown)} ever seen`,
  };
}

function sizeWords({ file, size }: Status): Words[] {
  const { archive, tables, free, growthPerMonth } = size;
  const warning = logWarning(file);
  const growth =
    growthPerMonth === null ? 'its growth is not known yet' : `growing by about ${bytesWords(growthPerMonth)} a month`;
  return [
    { text: `${file}: ${bytesWords(size.file)}, ${growth}` },
    ...(warning === undefined ? [] : [{ text: warning, isBad: true }]),
    { text: `archive ${bytesWords(archive)}, tables and indexes ${bytesWords(tables)}, free ${bytesWords(free)}` },
  ];
}

function heldWords({ held }: Status, zone: Zone): Words[] {
  if (held.length === 0) return [];
  return [
    ...held.map((run) => ({ text: `${runWords(run, zone)}: ${run.errorMessage ?? ''}`, isBad: true })),
    { text: 'The same in three answers is believed. To believe it now: model-ledger sync --accept' },
  ];
}

function quarantinedWords({ quarantined }: Status): Words[] {
  return quarantined.map(({ model, position, issues }) => ({
    text: `${model ?? `entry ${position}`}: ${firstIssue(issues)}`,
    isBad: true,
  }));
}

function firstIssue(issues: string): string {
  const list: unknown = JSON.parse(issues);
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  if (typeof first !== 'object' || first === null) return '';
  const { path, reason } = { path: '', reason: '', ...first };
  return `${path}: ${reason}`;
}

/** Failures since the last good run need attention; earlier ones are over. */
function failureWords({ failures, lastGood }: Status, zone: Zone): Words[] {
  return failures.map((run) => ({
    text: `${runWords(run, zone)} ${run.status}: ${run.errorMessage ?? run.errorCode ?? ''}`,
    isBad: run.run > (lastGood?.run ?? 0),
  }));
}

function driftWords({ drift }: Status, zone: Zone): Words[] {
  return drift.map(({ observedAt, keyPath, kind, models, compared }) => ({
    text: `${minuteWords(observedAt, zone)} ${keyPath} ${kind} on ${models} of ${compared} models`,
  }));
}

function runWords({ run, observedAt, finishedAt }: RunRow, zone: Zone): string {
  return `${minuteWords(observedAt ?? finishedAt, zone)} run ${run}`;
}
