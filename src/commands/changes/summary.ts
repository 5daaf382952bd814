import { TYPE_WORDS, typeCounts } from '../../core/format/eventWords.ts';
import { pctWords } from '../../core/format/priceWords.ts';
import { quantity } from '../../core/format/units.ts';
import { HOUR_MS } from '../../core/time/instant.ts';
import { dayOf, type Zone } from '../../core/time/when.ts';
import type { Coverage } from '../../ledger/queries/coverage.ts';
import type { EventFilter, EventRow } from '../../ledger/queries/events.ts';

/**
 * A summary in one line: `7 days: 12 added, 3 removed, 21 repriced, median -8 %`. It counts models, each once for a type;
 * the median is that of all price changes.
 * @param end where the period ends if the filter does not say: now
 * @param known the time for which there are lists; named if the period goes beyond it by more than a day
 */
export function summaryWords(
  events: Iterable<EventRow>,
  filter: EventFilter,
  end: string,
  zone: Zone,
  known: Coverage | null = null,
): string {
  const models = new Map<string, Set<string>>();
  const moves: number[] = [];
  let oldest = end;
  for (const { type, model, changePct, observedAt } of events) {
    models.set(type, (models.get(type) ?? new Set()).add(model));
    if (type === 'repriced' && changePct !== null) moves.push(changePct);
    if (observedAt < oldest) oldest = observedAt;
  }
  const median = moves.length > 0 ? `, median ${pctWords(medianOf(moves))}` : '';
  const counts = typeCounts((type) => models.get(type)?.size ?? 0)
    .map((words) => (words.endsWith(TYPE_WORDS.repriced) ? words + median : words))
    .join(', ');
  const { since, until = end } = filter;
  if (since === undefined) return `Since ${dayOf(oldest, zone)}: ${counts}`;
  const period = spanWords(Date.parse(until) - Date.parse(since));
  return `${period}: ${counts}${knownWords(since, until, known, zone)}`;
}

function knownWords(since: string, until: string, known: Coverage | null, zone: Zone): string {
  if (known === null) return '';
  const beyond = Math.max(Date.parse(known.first) - Date.parse(since), Date.parse(until) - Date.parse(known.last));
  if (beyond <= 24 * HOUR_MS) return '';
  const [from, to] = [known.first > since ? known.first : since, known.last < until ? known.last : until];
  return ` (lists of ${dayOf(from, zone)} to ${dayOf(to, zone)})`;
}

function spanWords(ms: number): string {
  const hours = Math.max(1, Math.round(ms / HOUR_MS));
  const [count, unit] = hours < 48 && hours % 24 !== 0 ? [hours, 'hour'] : [Math.round(hours / 24), 'day'];
  return quantity(count, unit);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? 0) + high) / 2;
}
