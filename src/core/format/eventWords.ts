import { CHANGE_TYPES, type ChangeType, type FieldChange } from '../diff/changes.ts';
import { readArray } from '../reading/json.ts';
import { changePct } from '../reading/price.ts';
import { conditionWords } from './conditionWords.ts';
import { directionWords, type Glyphs, repricedWords } from './priceWords.ts';
import { digits, exactCount } from './units.ts';

/** The word for each type of change when they are counted: `2 added, 1 returned`. */
export const TYPE_WORDS: Readonly<Record<ChangeType, string>> = {
  added: 'added',
  removed: 'removed',
  restored: 'returned',
  repriced: 'repriced',
  limits_changed: 'with other limits',
  updated: 'updated',
};

/** `2 added`, `1 removed`: a text for each type of which there are any. */
export function typeCounts(
  countOf: (type: ChangeType) => number,
  types: readonly ChangeType[] = CHANGE_TYPES,
): string[] {
  const some = types.filter((type) => countOf(type) > 0);
  return some.map((type) => `${digits(countOf(type))} ${TYPE_WORDS[type]}`);
}

/** The same for the models that have events of a type. */
export function modelCounts(
  events: readonly { readonly type: ChangeType; readonly model: string }[],
  types?: readonly ChangeType[],
): string[] {
  return typeCounts((wanted) => {
    const fitting = events.filter(({ type }) => type === wanted);
    return new Set(fitting.map(({ model }) => model)).size;
  }, types);
}

/** One field that changed, as an event has it. */
export interface FieldEvent extends Pick<FieldChange, 'before' | 'after' | 'cause' | 'changePct'> {
  readonly type: string;
  /** Null where a model came, went or came back. */
  readonly field: string | null;
}

export interface ChangeWords {
  /** `prompt above 128k prompt tokens`, `context_length`. */
  readonly what: string;
  /** `$0.60 -> $0.066 /M  ▼ -89 %`. */
  readonly move: string;
  /** For the person who pays: a lower price, a higher limit; null where it cannot be said. */
  readonly isBetter: boolean | null;
}

const LONG_TEXT = 48;
const PRICE_FIELD = /^pricing\.([^.[]+)(?:\[(.*)\])?$/s;

/** Component and condition of an event's field, where that is a price; else undefined. */
export function readPriceField(field: string): { component: string; condition: string } | undefined {
  const [, component, condition = ''] = PRICE_FIELD.exec(field) ?? [];
  return component === undefined ? undefined : { component, condition };
}

/** Whether the values are amounts: under `pricing` there are also other leaves, such as `pricing.currency`. */
function isPriceEvent({ type, cause }: FieldEvent): boolean {
  return type === 'repriced' || cause === 'zero' || cause === 'clock';
}

export function changeWords(event: FieldEvent, glyphs: Glyphs = {}): ChangeWords {
  const { field, before, after, changePct: pct } = event;
  const name = field ?? '';
  const price = isPriceEvent(event) ? readPriceField(name) : undefined;
  if (price !== undefined) {
    const when = conditionWords(price.condition);
    const what = when === '' ? price.component : `${price.component} ${when}`;
    return {
      what,
      move: repricedWords(price.component, before, after, pct, glyphs),
      isBetter: pct === null ? null : pct < 0,
    };
  }
  if (event.type === 'limits_changed') return { what: name, ...limitWords(before, after, glyphs) };
  return { what: name, move: textWords(before, after), isBetter: null };
}

function limitWords(before: string | null, after: string | null, glyphs: Glyphs): Omit<ChangeWords, 'what'> {
  const move = `${limit(before)} -> ${limit(after)}`;
  if (!isCount(before) || !isCount(after)) return { move, isBetter: null };
  const words = [move, directionWords(before, after, changePct(before, after), glyphs)];
  return { move: words.filter((word) => word !== '').join('  '), isBetter: Number(after) > Number(before) };
}

function limit(value: string | null): string {
  if (value === null) return 'none';
  return isCount(value) ? exactCount(Number(value)) : value;
}

function isCount(value: string | null): value is string {
  return value !== null && /^\d{1,15}$/.test(value);
}

/** A list is described by the items that came and went, a short text is shown, and of a long one its length. */
function textWords(before: string | null, after: string | null): string {
  const [old, now] = [readList(before), readList(after)];
  if (old !== undefined && now !== undefined) {
    const moves = [
      ...now.filter((item) => !old.includes(item)).map((item) => `+${item}`),
      ...old.filter((item) => !now.includes(item)).map((item) => `-${item}`),
    ];
    return moves.length === 0 ? 'in another order' : moves.join(' ');
  }
  return `${shortText(before)} -> ${shortText(after)}`;
}

function shortText(text: string | null): string {
  if (text === null) return 'none';
  return text.length <= LONG_TEXT ? text : `${digits(text.length)} characters`;
}

/** The items of a JSON array as texts; an absent one counts as empty. */
function readList(text: string | null): string[] | undefined {
  if (text === null) return [];
  return readArray(text)?.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
}
