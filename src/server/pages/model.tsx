import { durationWords } from '../../core/format/units.ts';
import { priceWords } from '../../core/format/words.ts';
import { COMPONENTS, unitOf } from '../../core/pricing/components.ts';
import { readArray } from '../../core/reading/json.ts';
import { dayOf, minuteWords } from '../../core/time/when.ts';
import type { PricePeriod } from '../../ledger/queries/model.ts';
import type { LimitsPeriod } from '../../ledger/queries/served/lookAtModel.ts';
import { StepChart } from '../charts/stepChart.tsx';
import { CostForm } from './costForm.tsx';
import { EventTable } from './events.tsx';
import { Layout, Wide } from './layout.tsx';
import type { ModelPage } from './modelData.ts';
import { Prices, Schedule } from './prices.tsx';
import { exactTokens, line, paragraphs, positionOf, safeUrl, tokensWords } from './words.ts';

const LATEST = 100;

/** One model: its life, prices, limits and changes. */
export function Model({ page }: { readonly page: ModelPage }) {
  const { frame, look, prices, cost } = page;
  const { facts, life } = look;
  return (
    <Layout frame={frame}>
      <h1>{line(facts.name ?? facts.id)}</h1>
      <p class="id">{line(facts.id)}</p>
      <Life page={page} />
      <h2>Prices {life.listed ? 'in force' : 'it had last'}</h2>
      <Prices prices={prices} />
      <Schedule prices={prices} />
      {frame.site.isStatic ? null : <CostForm cost={cost} page={page} />}
      <h2>Prices over time</h2>
      <PriceCharts page={page} />
      <h2>Limits</h2>
      <Limits limits={page.limits} />
      <h2>Changes</h2>
      <EventTable
        events={[...look.events].reverse().slice(0, LATEST)}
        site={frame.site}
        asOf={frame.asOf}
        label="Changes of this model"
        hasModel={false}
      />
      <h2>About it</h2>
      <Facts page={page} />
    </Layout>
  );
}

function Life({
  page: {
    look: { life },
  },
}: {
  readonly page: ModelPage;
}) {
  const when = (at: string | null) => (at === null ? null : <time datetime={at}>{minuteWords(at, 'utc')}</time>);
  return (
    <p class="life">
      {life.listed ? <strong>Listed</strong> : <strong class="gone">Gone since {when(life.removedAt)}</strong>},{' '}
      {life.isOlder ? 'there already in the first list of' : 'first seen'} {when(life.firstSeenAt)}
      {life.absences
        .filter(({ to }) => to !== null)
        .map(({ from, to }) => (
          <>
            , away {dayOf(from, 'utc')} to {to === null ? '' : dayOf(to, 'utc')} (
            {durationWords(Date.parse(to ?? from) - Date.parse(from))})
          </>
        ))}
      .
    </p>
  );
}

function PriceCharts({
  page: {
    look: { history },
    record,
  },
}: {
  readonly page: ModelPage;
}) {
  const [from, to] = [Date.parse(history[0]?.validFrom ?? record.first), Date.parse(record.last)];
  const base = history.filter(({ condition, price }) => condition === '' && price !== null);
  const components = COMPONENTS.map(({ component }) => component).filter((component) =>
    base.some((period) => period.component === component && period.price !== '0'),
  );
  return (
    <>
      {components.map((component) => (
        <StepChart
          label={`${component.replaceAll('_', ' ')}${chartUnit(component)}`}
          series={[
            {
              name: component,
              steps: base.filter((period) => period.component === component).map((period) => stepOf(period, to)),
            },
          ]}
          from={from}
          to={to}
          axis={(value) => `$${Number(value.toPrecision(3))}`}
        />
      ))}
      <details>
        <summary>All prices it ever had, exact</summary>
        <Wide label="All prices it ever had">
          <table>
            <thead>
              <tr>
                {['Price of', 'Condition', 'USD per unit', 'From', 'Until'].map((title, index) => (
                  <th scope="col" class={index === 2 ? 'number' : ''}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...history].reverse().map(({ component, condition, price, validFrom, validTo }) => (
                <tr>
                  <td>{line(component)}</td>
                  <td>{line(condition)}</td>
                  <td class="number">{price ?? 'dynamic'}</td>
                  <td class="when">{minuteWords(validFrom, 'utc')}</td>
                  <td class="when">{validTo === null ? '' : minuteWords(validTo, 'utc')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      </details>
    </>
  );
}

function chartUnit(component: string): string {
  const unit = unitOf(component);
  return unit === 'token' || unit === 'image token' ? ', USD per million' : `, USD per million ${unit ?? 'units'}`;
}

function stepOf({ component, price, validFrom, validTo }: PricePeriod, end: number) {
  const to = validTo === null ? end : Math.min(end, Date.parse(validTo));
  const until = validTo === null ? 'still' : `to ${minuteWords(validTo, 'utc')}`;
  return {
    from: Date.parse(validFrom),
    to,
    value: positionOf(price ?? '0'),
    words: `${priceWords(component, price ?? '0')}, ${minuteWords(validFrom, 'utc')} ${until}`,
  };
}

function Limits({ limits }: { readonly limits: readonly LimitsPeriod[] }) {
  return (
    <Wide label="Limits over time">
      <table>
        <thead>
          <tr>
            {['Context', 'Context there', 'Most completion', 'Moderated'].map((title) => (
              <th scope="col" class="number">
                {title}
              </th>
            ))}
            <th scope="col">From</th>
            <th scope="col">Until</th>
          </tr>
        </thead>
        <tbody>
          {[...limits].reverse().map((row) => (
            <tr>
              {[row.contextLength, row.topProviderContextLength, row.maxCompletionTokens].map((tokens) => (
                <td class="number" title={exactTokens(tokens)}>
                  {tokensWords(tokens)}
                </td>
              ))}
              <td class="number">{row.isModerated === null ? '–' : row.isModerated === 1 ? 'yes' : 'no'}</td>
              <td class="when">{minuteWords(row.validFrom, 'utc')}</td>
              <td class="when">{row.validTo === null ? '' : minuteWords(row.validTo, 'utc')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function Facts({
  page: {
    look: { facts },
    document,
  },
}: {
  readonly page: ModelPage;
}) {
  const list = (json: string | null): string => (json === null ? '' : (readArray(json) ?? [json]).join(', '));
  const rows: readonly (readonly [string, string])[] = [
    ['Author', facts.author],
    ['Created', facts.createdAt === null ? '' : minuteWords(facts.createdAt, 'utc')],
    ['Takes', list(facts.inputs)],
    ['Gives', list(facts.outputs)],
    ['Supports', list(facts.parameters).replaceAll('_', ' ')],
    ['Tokenizer', facts.tokenizer ?? ''],
    ['Knowledge until', facts.knowledgeCutoff ?? ''],
    ['Expires', facts.expirationDate ?? ''],
    ['Alias of', facts.aliasOf ?? ''],
    ['Canonical slug', facts.canonicalSlug ?? ''],
    ['Hugging Face', facts.huggingFaceId ?? ''],
  ];
  const upstream = safeUrl(`https://openrouter.ai/${facts.id.split('/').map(encodeURIComponent).join('/')}`);
  return (
    <>
      {paragraphs(facts.description ?? '').map((text) => (
        <p class="description">{text}</p>
      ))}
      <dl>
        {rows
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{line(value)}</dd>
            </>
          ))}
      </dl>
      <p>
        <a href={upstream} rel="noreferrer">
          Its page at OpenRouter
        </a>
      </p>
      {document === undefined ? null : (
        <details>
          <summary>The entry as upstream wrote it</summary>
          <Wide label="The entry as upstream wrote it">
            <pre>{JSON.stringify(document, null, 2)}</pre>
          </Wide>
        </details>
      )}
    </>
  );
}
