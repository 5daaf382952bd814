import { groupBy } from '../../core/collections.ts';
import { isNoise } from '../../core/diff/causes.ts';
import { verdictWords } from '../../core/endpoints/verdict.ts';
import { changeWords, TYPE_WORDS } from '../../core/format/eventWords.ts';
import { minuteWords } from '../../core/time/when.ts';
import type { JudgedEvent } from '../../ledger/queries/endpoints/verdicts.ts';
import { type Frame, ModelLink } from './layout.tsx';
import { Mark, Table } from './table.tsx';
import { line } from './words.ts';

interface EventTableProps {
  readonly events: readonly JudgedEvent[];
  readonly frame: Frame;
  readonly label: string;
  /** Whether the rows name their models, and have only the time of day because a heading has the day. */
  readonly hasModel: boolean;
}

/** A table with a row for everything that one list changed about one model. */
export function EventTable({ events, frame, label, hasModel }: EventTableProps) {
  if (events.length === 0) return <p>None.</p>;
  return (
    <Table label={label} kind="events" headings={['Seen', ...(hasModel ? ['Model'] : []), 'Change']}>
      {[...groupBy(events, ({ run, model }) => `${run} ${model}`).values()].map((group) => (
        <Group group={group} frame={frame} hasModel={hasModel} />
      ))}
    </Table>
  );
}

interface GroupProps extends Pick<EventTableProps, 'frame' | 'hasModel'> {
  readonly group: readonly JudgedEvent[];
}

function Group({ group, frame, hasModel }: GroupProps) {
  const [first] = group;
  if (first === undefined) return null;
  const seen = hasModel ? first.observedAt.slice(11, 16) : minuteWords(first.observedAt, 'utc');
  return (
    <tr>
      <td class="when" title={interval(first)}>
        {seen}
      </td>
      {hasModel ? (
        <td class="name">
          <ModelLink id={first.model} frame={frame} />
        </td>
      ) : null}
      <td>
        <ul class="moves">
          {group.map((event) => (
            <Move event={event} />
          ))}
        </ul>
      </td>
    </tr>
  );
}

function Move({ event }: { readonly event: JudgedEvent }) {
  const { type, field, cause, verdict } = event;
  if (field === null) {
    return (
      <li>
        <strong class={type}>{TYPE_WORDS[type]}</strong>
      </li>
    );
  }
  const { what, move, isBetter } = changeWords(event);
  const mark = cause ?? verdictWords(verdict);
  const direction = isBetter === null ? undefined : isBetter ? 'better' : 'worse';
  return (
    <li class={isNoise(cause) ? 'noise' : undefined}>
      <span class="what">{line(what)}</span> <span class={direction}>{pretty(line(move))}</span>
      {mark === null ? null : (
        <>
          {' '}
          <Mark>{mark}</Mark>
        </>
      )}
    </li>
  );
}

/** Uses a real arrow, and keeps numbers and their units on one line. */
function pretty(move: string): string {
  return move.replaceAll(' -> ', ' → ').replaceAll(/ (%|\/)/g, '\u00a0$1');
}

/** When it happened: between which two lists. */
function interval({ observedAt, previousObservedAt }: JudgedEvent): string {
  return previousObservedAt === null ? `by ${observedAt}` : `after ${previousObservedAt}, by ${observedAt}`;
}
