import { priceWords } from '../../../core/format/priceWords.ts';
import type { TimedPrice } from '../../../core/pricing/timetable.ts';
import { COMPONENTS, unitOf } from '../../../core/reading/components.ts';
import { minuteWords } from '../../../core/time/when.ts';
import type { ModelLook } from '../../../ledger/queries/served/lookAtModel.ts';
import { type ChartStep, StepChart } from '../../charts/stepChart.tsx';
import { numeric, Table, WhenCell } from '../table.tsx';
import { dollarTick, line, positionOf } from '../words.ts';
import type { ModelPage } from './modelData.ts';

/** Each base price over time, as a chart and in a table. */
export function PriceCharts({ history, record }: Pick<ModelLook, 'history'> & Pick<ModelPage, 'record'>) {
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
          series={[{ name: component, steps: priceSteps(history, component, to) }]}
          from={from}
          to={to}
          axis={dollarTick}
        />
      ))}
      <details>
        <summary>All prices it ever had, exact</summary>
        <Table
          label="All prices it ever had"
          headings={['Price of', 'Condition', numeric('USD per unit'), 'From', 'Until']}
        >
          {[...history].reverse().map(({ component, condition, price, validFrom, validTo }) => (
            <tr>
              <td>{line(component)}</td>
              <td>{line(condition)}</td>
              <td class="number">{price ?? 'dynamic'}</td>
              <WhenCell at={validFrom} />
              <WhenCell at={validTo} />
            </tr>
          ))}
        </Table>
      </details>
    </>
  );
}

function chartUnit(component: string): string {
  const unit = unitOf(component);
  return unit === 'token' || unit === 'image token' ? ', USD per million' : `, USD per million ${unit ?? 'units'}`;
}

/** The base price of a component over time, without the times when it was dynamic. */
export function priceSteps(history: readonly TimedPrice[], component: string, end: number): ChartStep[] {
  const numbers = history.flatMap(({ price, ...period }) => (price === null ? [] : [{ ...period, price }]));
  return numbers
    .filter((period) => period.component === component && period.condition === '')
    .map(({ price, validFrom, validTo }) => ({
      from: Date.parse(validFrom),
      to: validTo === null ? end : Math.min(end, Date.parse(validTo)),
      value: positionOf(price),
      words: `${priceWords(component, price)}, ${minuteWords(validFrom, 'utc')} ${validTo === null ? 'still' : `to ${minuteWords(validTo, 'utc')}`}`,
    }));
}
