import { isNoise } from '../../core/diff/causes.ts';
import type { FieldChange, ListChange } from '../../core/diff/changes.ts';
import type { ModelChange } from '../../core/diff/listing.ts';
import { changeWords, typeCounts } from '../../core/format/eventWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import { exactCount, quantity } from '../../core/format/units.ts';
import { aboutOf } from '../../core/notification/news.ts';
import { offerWords } from '../../core/notification/newsWords.ts';
import type { ParsedModel } from '../../core/reading/model.ts';
import { minuteWords } from '../../core/time/when.ts';
import type { Outcome } from '../../ledger/record/projection.ts';
import type { SyncOutcome } from '../../sync.ts';
import { SIGNS } from '../changes/eventTypes.ts';
import type { Context } from '../shared/context.ts';
import { Style } from '../shared/style.ts';

/** The run in words: one line if nothing changed, or else the changes. What is not news is only counted. */
export function reportText(result: SyncOutcome, dryRun: boolean, context: Context): string {
  const { recorded, previous } = result;
  const style = Style.of(context);
  const when = minuteWords(recorded.observedAt, 'utc');
  const head = dryRun ? `${when}  dry run` : `${when}  run ${recorded.runId}`;
  if (recorded.status === 'same') return `${head}  ${quantity(recorded.modelCount, 'model')}, nothing changed`;
  if (recorded.status === 'rejected')
    return `${head}  ${style.bad('rejected')}: ${escapeControls(recorded.error.message)}`;
  const size = quantity(recorded.size, 'model');
  const lines = [
    ...first(quarantineLines(recorded.quarantined, style), 'quarantine'),
    ...first(driftLines(recorded.drifts, style), 'schema_drift'),
  ];
  if (recorded.status === 'held') {
    const missing = `${recorded.missing.length} listed models are missing`;
    return [`${head}  ${style.bad('held')}: ${size} in the answer, ${missing}`, ...lines].join('\n');
  }
  if (previous === undefined) return [`${head}  first run: ${size} recorded`, ...lines].join('\n');
  if (recorded.status === 'unchanged') return [`${head}  ${size}, nothing changed`, ...lines].join('\n');
  const news = recorded.models.flatMap((model) => modelLines(model, style));
  return [`${head}  ${size}, ${countWords(recorded.models)}`, ...news, ...noiseLines(recorded.models), ...lines].join(
    '\n',
  );
}

/** A few lines show what is wrong with upstream's format; a hostile list could have thousands. */
const MOST_LINES = 20;

function first(lines: readonly string[], table: string): readonly string[] {
  const more = lines.length - MOST_LINES;
  return more <= 0 ? lines : [...lines.slice(0, MOST_LINES), `  and ${more} more (table ${table})`];
}

/** `2 added, 1 removed, 3 repriced`, of the changes that are news. */
function countWords(models: readonly ModelChange[]): string {
  const news = models.map(({ changes }) => new Set(changes.filter(isNews).map(({ type }) => type)));
  return typeCounts((type) => news.filter((types) => types.has(type)).length).join(', ') || 'no news';
}

function isNews(change: ListChange): boolean {
  return !('cause' in change && isNoise(change.cause));
}

function modelLines(model: ModelChange, style: Style): string[] {
  const name = escapeControls(model.id);
  const news = model.changes.filter(isNews);
  const updated = news.flatMap((change) => (change.type === 'updated' ? [escapeControls(change.field)] : []));
  const more = updated.length > MOST_LINES ? `, and ${updated.length - MOST_LINES} more` : '';
  return [
    ...news.flatMap((change) => changeLine(change, name, model, style)),
    ...(updated.length === 0
      ? []
      : [style.quiet(`  ${SIGNS.updated} ${name}  ${updated.slice(0, MOST_LINES).join(', ')}${more}`)]),
  ];
}

/** A line for every change but those of the type `updated`, which share one line at the end. */
function changeLine(change: ListChange, name: string, { before, after }: ModelChange, style: Style): string[] {
  const head = `  ${SIGNS[change.type]} ${name}`;
  switch (change.type) {
    case 'added':
      return [style.good(head) + describe(after?.model)];
    case 'restored':
      return [`${style.good(head)} is back${describe(after?.model)}`];
    case 'removed':
      return [`${style.bad(head)} removed${describe(before?.model)}`];
    case 'repriced':
      return [`${head}  ${repricing(change, style)}`];
    case 'limits_changed':
      return [`${head}  ${escapeControls(change.field)} ${limit(change.before)} -> ${limit(change.after)}`];
    case 'updated':
      return [];
  }
}

function describe(model: ParsedModel | null | undefined): string {
  const words = model ? offerWords(aboutOf(model)) : '';
  return words === '' ? '' : `  ${words}`;
}

function repricing(change: FieldChange, style: Style): string {
  const { what, move, isBetter } = changeWords(change, { ascii: style.ascii });
  return escapeControls(`${what}  `) + style.move(isBetter, escapeControls(move));
}

function limit(value: string | null): string {
  if (value === null) return 'none';
  return /^\d{1,15}$/.test(value) ? exactCount(Number(value)) : escapeControls(value);
}

function noiseLines(models: readonly ModelChange[]): string[] {
  const changes = models.flatMap((model) => model.changes).filter((change) => !isNews(change));
  return changes.length === 0
    ? []
    : [`  and ${quantity(changes.length, 'difference that is', 'differences that are')} not news (zero, clock, drift)`];
}

function quarantineLines(quarantined: Outcome['quarantined'], style: Style): string[] {
  return quarantined.map(({ position, entry: { id, issues } }) => {
    const words = `  ! ${id ?? `entry ${position}`} set aside: ${issues[0]?.path}: ${issues[0]?.reason}`;
    return style.bad(escapeControls(words));
  });
}

function driftLines(drifts: Outcome['drifts'], style: Style): string[] {
  return drifts.map(({ keyPath, shift, models, compared }) =>
    style.quiet(escapeControls(`  ~ the format moved: ${keyPath} ${shift} on ${models} of ${compared} models`)),
  );
}
