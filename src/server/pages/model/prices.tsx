import { conditionWords } from '../../../core/format/conditionWords.ts';
import { priceWords } from '../../../core/format/priceWords.ts';
import type { PriceRow } from '../../../core/pricing/applicablePrice.ts';
import { compareConditions, isScheduled } from '../../../core/pricing/conditions.ts';
import { placeOf, unitOf } from '../../../core/reading/components.ts';
import { numeric, Table } from '../table.tsx';
import { exactWords } from '../words.ts';
import { scheduleOf } from './schedule.ts';

/** The prices in force, with a row for each component and a column for each condition. */
export function Prices({ prices }: { readonly prices: readonly PriceRow[] }) {
  if (prices.length === 0) return <p>No prices are listed.</p>;
  const conditions = [...new Set(prices.map(({ condition }) => condition))].sort(compareConditions);
  const components = [...new Set(prices.map(({ component }) => component))].sort((a, b) => placeOf(a) - placeOf(b));
  const priceOf = (component: string, condition: string): PriceRow | undefined =>
    prices.find((row) => row.component === component && row.condition === condition);
  return (
    <Table
      label="Prices in force"
      kind="prices"
      headings={['Price of', ...conditions.map((one) => numeric(one === '' ? 'base' : conditionWords(one)))]}
    >
      {components.map((component) => (
        <tr>
          <th scope="row">{component.replaceAll('_', ' ')}</th>
          {conditions.map((condition) => {
            const row = priceOf(component, condition);
            return (
              <td class="number" title={exactWords(row?.price ?? null, 'unit')}>
                {row === undefined ? '' : words(row, prices)}
              </td>
            );
          })}
        </tr>
      ))}
    </Table>
  );
}

function words({ component, price }: PriceRow, prices: readonly PriceRow[]): string {
  return priceWords(component, price ?? 'dynamic', unitOf(component, prices));
}

/** The prices in a week, if they follow a schedule. */
export function Schedule({ prices }: { readonly prices: readonly PriceRow[] }) {
  if (!prices.some(({ condition }) => isScheduled(condition))) return null;
  const components = ['prompt', 'completion'].filter((component) => prices.some((row) => row.component === component));
  return (
    <>
      <h3>When what holds, UTC</h3>
      {components.map((component) => (
        <Table
          label={`When which price of ${component} holds`}
          kind="schedule"
          caption={component}
          headings={['Days', 'Hours', numeric('Price')]}
        >
          {scheduleOf(prices, component).map(({ days, hours, price }) => (
            <tr>
              <td>{days}</td>
              <td>{hours}</td>
              <td class="number">{price}</td>
            </tr>
          ))}
        </Table>
      ))}
    </>
  );
}
