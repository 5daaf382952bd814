import { durationWords } from '../../core/format/units.ts';
import { minuteWords } from '../../core/time/when.ts';
import { coverageOf, gapsOf } from '../../ledger/queries/coverage.ts';
import { healthOf } from '../../ledger/queries/health.ts';
import type { Question } from '../question.ts';
import { ApiReference } from './apiReference.tsx';
import { frameOf, Layout } from './layout.tsx';
import { numeric, Table, WhenCell } from './table.tsx';

export function aboutData(question: Question) {
  const { ledger } = question.view;
  const record = coverageOf(ledger);
  const frame = frameOf(question, '/about', record?.last ?? null);
  return { frame, record, health: healthOf(ledger), gaps: gapsOf(ledger) };
}

/** What the record is, and how to query it. Long, because it is one text. */
export function About({ page: { frame, record, health, gaps } }: { readonly page: ReturnType<typeof aboutData> }) {
  const { site } = frame;
  return (
    <Layout frame={frame}>
      <h1>About this record</h1>
      <dl>
        <dt>From</dt>
        <dd>{record === null ? 'nothing yet' : minuteWords(record.first, 'utc')}</dd>
        <dt>To</dt>
        <dd>{record === null ? '' : minuteWords(record.last, 'utc')}</dd>
        <dt>Lists</dt>
        <dd>
          {health.runs} looked at, {health.modelsKnown} models known, {health.modelsListed} of them listed now
        </dd>
        <dt>Usually every</dt>
        <dd>{health.usualGapMs === null ? 'not known yet' : durationWords(health.usualGapMs)}</dd>
      </dl>
      <p>
        OpenRouter publishes one list of the models it serves. Each answer is checked, kept byte for byte and compared
        with the one before it; what differs is an event that happened between the two. A doubtful answer removes
        nothing. Prices are exact decimals as upstream writes them, never rounded.
      </p>
      <h2>Gaps</h2>
      {gaps.length === 0 ? (
        <p>None that stands out.</p>
      ) : (
        <>
          <p>The longest times between two lists. What came and went inside of one is not known.</p>
          <Table label="The longest gaps" headings={['From', 'To', numeric('Long')]}>
            {gaps.map(({ from, to }) => (
              <tr>
                <WhenCell at={from} />
                <WhenCell at={to} />
                <td class="number">{durationWords(Date.parse(to) - Date.parse(from))}</td>
              </tr>
            ))}
          </Table>
        </>
      )}
      <h2>License of facts</h2>
      <p>
        Prices, limits and dates are facts, which nobody owns; names and descriptions are those of their authors. This
        program is under the MIT license. It is not made by OpenRouter.
      </p>
      {site.isStatic ? null : <ApiReference site={site} />}
    </Layout>
  );
}
