import { changeWords, TYPE_WORDS } from '../../core/format/eventWords.ts';
import { minuteWords } from '../../core/time/when.ts';
import type { EventRow } from '../../ledger/queries/events.ts';
import { modelPath, type Site } from '../site.ts';
import { asOfQuery, Wide } from './layout.tsx';
import { line } from './words.ts';

interface Props {
  readonly events: readonly EventRow[];
  readonly site: Site;
  readonly asOf: string;
  readonly label: string;
  readonly hasModel: boolean;
}

/** Events, a row each: news stands out from what is none. */
export function EventTable({ events, site, asOf, label, hasModel }: Props) {
  if (events.length === 0) return <p>None.</p>;
  return (
    <Wide label={label}>
      <table class="events">
        <thead>
          <tr>
            <th scope="col">Seen</th>
            {hasModel ? <th scope="col">Model</th> : null}
            <th scope="col">What</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr class={isNoise(event) ? 'noise' : undefined}>
              <td class="when" title={interval(event)}>
                {hasModel ? event.observedAt.slice(11, 16) : minuteWords(event.observedAt, 'utc')}
              </td>
              {hasModel ? (
                <td class="name">
                  <a href={site.link(modelPath(event.model), asOfQuery(asOf))}>{line(event.model)}</a>
                </td>
              ) : null}
              <Words event={event} />
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function Words({ event }: { readonly event: EventRow }) {
  if (event.field === null)
    return (
      <td colspan={2}>
        <strong class={event.type}>{TYPE_WORDS.find(([type]) => type === event.type)?.[1]}</strong>
      </td>
    );
  const { what, move, isBetter } = changeWords(event);
  return (
    <>
      <td>
        {line(what)}
        {event.cause === null ? null : <span class="mark">{event.cause}</span>}
      </td>
      <td class={isBetter === null ? undefined : isBetter ? 'better' : 'worse'}>{line(move)}</td>
    </>
  );
}

function isNoise({ cause }: EventRow): boolean {
  return cause !== null && cause !== 'alias';
}

/** Nobody can know better than between which two lists it happened. */
function interval({ observedAt, previousObservedAt }: EventRow): string {
  return previousObservedAt === null ? `by ${observedAt}` : `after ${previousObservedAt}, by ${observedAt}`;
}
