import { priceWords } from '../../../core/format/words.ts';
import { COMPONENTS, unitOf } from '../../../core/pricing/components.ts';
import type { TimedPrice } from '../../../core/pricing/timetable.ts';
import { minuteWords } from '../../../core/time/when.ts';
import { StepChart } from '../../charts/stepChart.tsx';
import { Wide } from '../layout.tsx';
import { dollarTick, line, positionOf } from '../words.ts';
import type { ModelPage } from './modelData.ts';

/** Each base price over time, drawn and as a table. */
export function PriceCharts({
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
          axis={dollarTick}
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

function stepOf({ component, price, validFrom, validTo }: TimedPrice, end: number) {
  const to = validTo === null ? end : Math.min(end, Date.parse(validTo));
  const until = validTo === null ? 'still' : `to ${minuteWords(validTo, 'utc')}`;
  return {
    from: Date.parse(validFrom),
    to,
    value: positionOf(price ?? '0'),
    words: `${priceWords(component, price ?? '0')}, ${minuteWords(validFrom, 'utc')} ${until}`,
  };
}
