import { priceWords, unitsTold, unitWords } from '../../../core/format/priceWords.ts';
import { type TimedPrice, Timetable } from '../../../core/pricing/timetable.ts';
import { COMPONENTS, type Unit, unitOf } from '../../../core/reading/components.ts';
import { minuteWords } from '../../../core/time/when.ts';
import type { ModelState } from '../../../ledger/queries/served/modelState.ts';
import { type ChartStep, StepChart } from '../../charts/stepChart.tsx';
import { numeric, Table, WhenCell } from '../table.tsx';
import { dollarTick, line, positionOf } from '../words.ts';
import type { ModelPage } from './modelData.ts';

/** Each base price over time, as a chart and in a table. */
export function PriceCharts({ history, record }: Pick<ModelState, 'history'> & Pick<ModelPage, 'record'>) {
  const [from, to] = [Date.parse(history[0]?.validFrom ?? record.first), Date.parse(record.last)];
  const base = history.filter(({ condition, price }) => condition === '' && price !== null);
  const components = COMPONENTS.map(({ component }) => component).filter((component) =>
    base.some((period) => period.component === component && period.price !== '0'),
  );
  return (
    <>
      {components.map((component) => {
        const unit = axisUnit(history, component);
        return (
          <StepChart
            label={`${component.replaceAll('_', ' ')}, USD ${unitWords(component, unit)}`}
            series={[{ name: component, steps: priceSteps(history, component, to, unit) }]}
            from={from}
            to={to}
            axis={dollarTick}
          />
        );
      })}
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

/** The unit of a price, for the axis of its chart; undefined if it was not always the same. */
function axisUnit(history: readonly TimedPrice[], component: string): Unit | undefined {
  const unit = unitAt(history);
  const units = new Set(history.filter((period) => period.component === component).map(unit));
  return units.size === 1 ? [...units][0] : undefined;
}

/** The unit of a price at the time when it began, which may depend on the model's other prices then. */
function unitAt(history: readonly TimedPrice[]): (period: TimedPrice) => Unit | undefined {
  const timetable = new Timetable(history);
  return ({ component, validFrom }) => unitOf(component, timetable.at(validFrom));
}

/**
 * The base price of a component over time, without the times when it was dynamic.
 * @param unit the unit on the axis
 */
export function priceSteps(
  history: readonly TimedPrice[],
  component: string,
  end: number,
  unit = unitOf(component),
): ChartStep[] {
  const unitOfPeriod = unitAt(history);
  const periods = history.filter((period) => period.component === component && period.condition === '');
  return periods.flatMap((period): ChartStep[] => {
    const { price, validFrom, validTo } = period;
    if (price === null) return [];
    const until = validTo === null ? 'still' : `to ${minuteWords(validTo, 'utc')}`;
    return [
      {
        from: Date.parse(validFrom),
        to: validTo === null ? end : Math.min(end, Date.parse(validTo)),
        value: positionOf(price, unitsTold(component, unit)),
        words: `${priceWords(component, price, unitOfPeriod(period))}, ${minuteWords(validFrom, 'utc')} ${until}`,
      },
    ];
  });
}
