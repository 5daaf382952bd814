import { minuteWords } from '../../core/time/when.ts';
import { type ChartStep, StepChart } from '../charts/stepChart.tsx';
import { Actions, AsOf, Field, Problem, queryFields, TextField } from './form.tsx';
import { ModelLink } from './layout.tsx';
import { numeric, PriceCell, Table, WhenCell } from './table.tsx';
import type { CheapestPeriod, TrendsPage } from './trendsData.ts';
import { dollarTick, line, millionWords, positionOf } from './words.ts';

/** The model that was the cheapest at each time, among those with the abilities that are asked for. */
export function Cheapest({ page: { frame, query, cheapest, problem } }: { readonly page: TrendsPage }) {
  return (
    <section aria-labelledby="cheapest">
      <h2 id="cheapest">The cheapest input that is not free</h2>
      <Problem words={problem} />
      {frame.site.isStatic ? null : <AbilitiesForm frame={frame} query={query} />}
      {cheapest.length === 0 ? (
        <p>No model that fits had a price.</p>
      ) : (
        <>
          <StepChart
            label="USD per million prompt tokens"
            series={[{ name: 'cheapest', steps: cheapest.map(stepOf) }]}
            from={Date.parse(cheapest[0]?.from ?? '')}
            to={Date.parse(cheapest.at(-1)?.to ?? '')}
            axis={dollarTick}
          />
          <CheapestTable cheapest={cheapest} frame={frame} />
          <p class="note">By what each model is able to do now, or was when it went.</p>
        </>
      )}
    </section>
  );
}

function stepOf({ model, price, from, to }: CheapestPeriod): ChartStep {
  const words = `$${millionWords(price)} /M, ${line(model)}, from ${minuteWords(from, 'utc')}`;
  return { from: Date.parse(from), to: Date.parse(to), value: positionOf(price), words };
}

function AbilitiesForm({ frame, query }: Pick<TrendsPage, 'frame' | 'query'>) {
  const field = queryFields(query);
  return (
    <form class="filters" action={`${frame.site.link('/trends')}#cheapest`} method="get" aria-label="Abilities">
      <TextField label="Supports, comma list" {...field('supported_parameters')} placeholder="tools" />
      <TextField label="Takes, comma list" {...field('input_modalities')} placeholder="image" size={10} />
      <Field label="Context at least">
        <input type="number" {...field('context')} min="1" placeholder="100000" />
      </Field>
      <Field label="Search">
        <input type="search" {...field('q')} size={12} />
      </Field>
      <AsOf asOf={frame.asOf} />
      <Actions />
    </form>
  );
}

function CheapestTable({ cheapest, frame }: Pick<TrendsPage, 'cheapest' | 'frame'>) {
  return (
    <Table label="The cheapest over time" headings={['From', numeric('In, $/M'), 'Model']}>
      {[...cheapest].reverse().map(({ model, name, price, from }) => (
        <tr>
          <WhenCell at={from} />
          <PriceCell amount={price} />
          <td>
            <ModelLink id={model} name={name} frame={frame} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
