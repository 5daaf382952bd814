import { minuteWords } from '../../core/time/when.ts';
import { StepChart } from '../charts/stepChart.tsx';
import { modelPath } from '../site.ts';
import { Actions, AsOf, Field, Problem } from './form.tsx';
import { Wide } from './layout.tsx';
import type { TrendsPage } from './trendsData.ts';
import { dollarTick, line, millionWords, positionOf } from './words.ts';

/** The cheapest model that is able to do what is asked, at each time. */
export function Cheapest({ page: { frame, query, cheapest, problem } }: { readonly page: TrendsPage }) {
  const value = (name: string): string => query.get(name) ?? '';
  return (
    <section aria-labelledby="cheapest">
      <h2 id="cheapest">The cheapest input that is not free</h2>
      <Problem words={problem} />
      {frame.site.isStatic ? null : (
        <form class="filters" action={`${frame.site.link('/trends')}#cheapest`} method="get" aria-label="Abilities">
          <Field label="Supports, comma list">
            <input
              type="text"
              name="supported_parameters"
              value={value('supported_parameters')}
              placeholder="tools"
              autocomplete="off"
            />
          </Field>
          <Field label="Takes, comma list">
            <input
              type="text"
              name="input_modalities"
              value={value('input_modalities')}
              placeholder="image"
              size={10}
              autocomplete="off"
            />
          </Field>
          <Field label="Context at least">
            <input type="number" name="context" value={value('context')} min="1" placeholder="100000" />
          </Field>
          <Field label="Search">
            <input type="search" name="q" value={value('q')} size={12} />
          </Field>
          <AsOf asOf={frame.asOf} />
          <Actions />
        </form>
      )}
      {cheapest.length === 0 ? (
        <p>No model that fits had a price.</p>
      ) : (
        <>
          <StepChart
            label="USD per million prompt tokens"
            series={[
              {
                name: 'cheapest',
                steps: cheapest.map(({ model, price, from, to }) => ({
                  from: Date.parse(from),
                  to: Date.parse(to),
                  value: positionOf(price),
                  words: `$${millionWords(price)} /M, ${line(model)}, from ${minuteWords(from, 'utc')}`,
                })),
              },
            ]}
            from={Date.parse(cheapest[0]?.from ?? '')}
            to={Date.parse(cheapest.at(-1)?.to ?? '')}
            axis={dollarTick}
          />
          <Wide label="The cheapest over time">
            <table>
              <thead>
                <tr>
                  <th scope="col">From</th>
                  <th scope="col" class="number">
                    In, $/M
                  </th>
                  <th scope="col">Model</th>
                </tr>
              </thead>
              <tbody>
                {[...cheapest].reverse().map(({ model, name, price, from }) => (
                  <tr>
                    <td class="when">{minuteWords(from, 'utc')}</td>
                    <td class="number" title={`$${price} per token`}>
                      {millionWords(price)}
                    </td>
                    <td>
                      <a href={frame.site.link(modelPath(model))}>{line(name ?? model)}</a>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
          <p class="note">By what each model is able to do now, or was when it went.</p>
        </>
      )}
    </section>
  );
}
