import { durationWords } from '../../core/format/units.ts';
import { minuteWords } from '../../core/time/when.ts';
import { coverageOf, type Gap, gapsOf } from '../../ledger/queries/coverage.ts';
import { type Health, healthOf } from '../../ledger/queries/health.ts';
import type { Asked } from '../http/asked.ts';
import type { Site } from '../site.ts';
import type { View } from '../source/ledgerSource.ts';
import { ApiReference } from './apiReference.tsx';
import { type Frame, frameOf, Layout } from './layout.tsx';
import { numeric, Table, WhenCell } from './table.tsx';

export interface AboutPage {
  readonly frame: Frame;
  readonly record: { readonly first: string; readonly last: string } | null;
  readonly health: Health;
  readonly gaps: readonly Gap[];
}

export function aboutData(asked: Asked, view: View, site: Site): AboutPage {
  const record = coverageOf(view.ledger);
  return {
    frame: frameOf(asked, site, { title: 'About', path: '/about', observedAt: record?.last ?? null }),
    ...{ record, health: healthOf(view.ledger), gaps: gapsOf(view.ledger) },
  };
}

/** What the record is, and how to ask it. */
export function About({ page: { frame, record, health, gaps } }: { readonly page: AboutPage }) {
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
