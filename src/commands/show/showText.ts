import { isNoise } from '../../core/diff/causes.ts';
import { changeWords } from '../../core/format/eventWords.ts';
import { cutWords, LEAST_MOVE } from '../../core/format/lines.ts';
import { perMillion } from '../../core/format/priceWords.ts';
import { escapeControls } from '../../core/format/text.ts';
import { durationWords, exactCount, quantity } from '../../core/format/units.ts';
import { wrap } from '../../core/format/wrap.ts';
import { jsonText, readArray } from '../../core/reading/json.ts';
import { dayOf, minuteWords, type Zone } from '../../core/time/when.ts';
import type { ServedRange } from '../../ledger/queries/endpoints/endpointsAt.ts';
import type { ModelState } from '../../ledger/queries/served/modelState.ts';
import type { Context } from '../shared/context.ts';
import { namedLines, Style } from '../shared/style.ts';
import { priceCharts, priceTable, type ShowLayout, scheduleChart } from './showPrices.ts';

export interface Shown extends ModelState {
  /** Null if no endpoints are known. */
  readonly served: ServedRange | null;
}

const LATEST = 8;
const MOST_WIDTH = 100;

/** @param last the instant of the newest list, up to which current prices are known to have held */
export async function showText(shown: Shown, last: string, context: Context, zone: Zone): Promise<string> {
  const until = shown.at === null || shown.at > last ? last : shown.at;
  const style = Style.of(context);
  const layout = { style, width: Math.min(MOST_WIDTH, style.width), zone, until };
  const sections = [
    head(shown, layout),
    facts(shown, layout),
    await priceTable(shown, layout),
    scheduleChart(shown, layout),
    priceCharts(shown.history, layout),
    absenceLines(shown, layout),
    latest(shown, layout),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function head({ facts: { id, name, description }, at, lifecycle }: Shown, layout: ShowLayout): string {
  const { style, zone, width } = layout;
  const { listed, firstSeenAt, removedAt, isOlder } = lifecycle;
  const when = (instant: string): string => minuteWords(instant, zone);
  const asOf = at === null ? '' : `${when(at)}: `;
  const since = firstSeenAt === null ? '' : `${when(firstSeenAt)}${isOlder ? ' or before' : ''}`;
  const state =
    firstSeenAt === null
      ? style.bad(`${asOf}not listed yet`)
      : listed
        ? `${asOf}listed, first seen ${since}`
        : `${asOf}${style.bad(`removed ${when(removedAt ?? '')}`)}, first seen ${since}; what follows is as it was last`;
  const title = `${style.strong(escapeControls(id))}${name === null ? '' : `  ${escapeControls(name)}`}`;
  const oneLine = escapeControls((description ?? '').replace(/\s+/g, ' '));
  const text = description === null ? [] : wrap(oneLine, width, 3, style.ascii).map(style.quiet);
  return [title, state, ...text].join('\n');
}

function facts({ facts: model, limits, served }: Shown, { style, width }: ShowLayout): string {
  const tokens = (count: number | null | undefined): string | null =>
    count == null ? null : `${exactCount(count)} tokens`;
  const rows: (readonly [string, string | null])[] = [
    ['served by', served === null ? null : servedWords(served)],
    ['context', tokens(limits?.contextLength)],
    ['max completion', tokens(limits?.maxCompletionTokens)],
    ['takes', list(model.inputs)],
    ['gives', list(model.outputs)],
    ['supports', list(model.parameters)],
    ['tokenizer', model.tokenizer],
    ['moderated', limits?.isModerated ? 'yes' : null],
    ['created', model.createdAt === null ? null : model.createdAt.slice(0, 10)],
    ['knows until', model.knowledgeCutoff],
    ['expires', model.expirationDate],
    ['alias of', model.aliasOf],
    ['weights', model.huggingFaceId || null],
  ];
  const linesOf = (value: string) => (room: number) => wrap(escapeControls(value), room, 6, style.ascii);
  const known = rows.flatMap(([name, value]) => (value === null ? [] : [[name, linesOf(value)] as const]));
  return namedLines(known, style, width);
}

function servedWords({ providers, endpoints, lowest, highest }: ServedRange): string {
  const many = `${quantity(providers, 'provider')}${endpoints > providers ? ` at ${endpoints} endpoints` : ''}`;
  if (lowest === null || highest === null) return many;
  const range = lowest === highest ? perMillion(lowest) : `${perMillion(lowest)} to ${perMillion(highest)}`;
  return `${many}, ${range} in`;
}

function list(json: string | null): string | null {
  if (json === null) return null;
  const words = readArray(json)?.map((item) => (typeof item === 'string' ? item : jsonText(item))) ?? [json];
  return words.length === 0 ? null : words.join(', ');
}

function absenceLines({ lifecycle: { firstSeenAt, absences } }: Shown, { style, zone }: ShowLayout): string {
  if (firstSeenAt === null || absences.length === 0) return '';
  const lines = absences.map(({ from, to }) => {
    if (to === null) return style.bad(`  gone since ${minuteWords(from, zone)}`);
    return `  gone from ${minuteWords(from, zone)} to ${minuteWords(to, zone)}, ${durationWords(Date.parse(to) - Date.parse(from))}`;
  });
  return [style.strong('absences'), ...lines].join('\n');
}

function latest({ events }: Shown, { style, width, zone }: ShowLayout): string {
  const news = events.filter(({ type, cause }) => type !== 'added' && !isNoise(cause));
  if (news.length === 0) return '';
  const shown = news.slice(-LATEST).reverse();
  const lines = shown.map((event) => {
    const { what, move, isBetter } =
      event.field === null ? { what: event.type, move: '', isBetter: null } : changeWords(event, style);
    const head = `  ${dayOf(event.observedAt, zone)}  ${escapeControls(what)}`;
    const words = cutWords(escapeControls(move), Math.max(width - head.length - 2, LEAST_MOVE), style.ascii);
    return `${head}  ${style.move(isBetter, words)}`.trimEnd();
  });
  const of = shown.length < news.length ? ` (${shown.length} of ${news.length})` : '';
  return [style.strong(`latest changes${of}`), ...lines].join('\n');
}
