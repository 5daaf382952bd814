import { minuteWords } from '../../core/time/when.ts';
import { BarChart } from '../charts/barChart.tsx';
import { StepChart } from '../charts/stepChart.tsx';
import { modelPath } from '../site.ts';
import { Layout, Wide } from './layout.tsx';
import { Field } from './list/listForm.tsx';
import type { TrendsPage } from './trendsData.ts';
import { line, millionWords, positionOf } from './words.ts';

const DAY = 86_400_000;

/** The questions about the whole list that nobody can ask upstream. */
export function Trends({ page }: { readonly page: TrendsPage }) {
  const { frame, listed, weeks } = page;
  const end = Date.parse(frame.observedAt ?? '') || 0;
  const start = Date.parse(listed[0]?.day ?? '') || end;
  return (
    <Layout frame={frame}>
      <h1>Trends</h1>
      <StepChart
        label="Models listed"
        series={[
          {
            name: 'models',
            steps: listed.map(({ day, models }, index) => ({
              ...{ from: Date.parse(day), value: models, words: `${models} on ${day}` },
              to:
                index + 1 < listed.length
                  ? Date.parse(listed[index + 1]?.day ?? day)
                  : Math.max(end, Date.parse(day) + DAY),
            })),
          },
        ]}
        from={start}
        to={end}
        axis={String}
      />
      <Numbers
        label="Models listed, by day"
        titles={['Day', 'Models']}
        rows={[...listed].reverse().map(({ day, models }) => [day, String(models)])}
      />
      <BarChart
        label="Came and went, by week"
        names={['came or came back', 'went']}
        bars={weeks.map(({ week, came, back, gone }) => ({
          label: week,
          up: came + back,
          down: gone,
          words: `Week of ${week}: ${came} came, ${back} came back, ${gone} went`,
        }))}
      />
      <Numbers
        label="Comings and goings, by week"
        titles={['Week of', 'Came', 'Came back', 'Went']}
        rows={[...weeks]
          .reverse()
          .map(({ week, came, back, gone }) => [week, String(came), String(back), String(gone)])}
      />
      <CheapestSection page={page} />
    </Layout>
  );
}

function CheapestSection({ page: { frame, query, cheapest, problem } }: { readonly page: TrendsPage }) {
  const value = (name: string): string => query.get(name) ?? '';
  return (
    <section aria-labelledby="cheapest">
      <h2 id="cheapest">The cheapest input that is not free</h2>
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
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
          {frame.asOf === '' ? null : <input type="hidden" name="as_of" value={frame.asOf} />}
          <p class="actions">
            <button type="submit">Show</button>
          </p>
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
            axis={(tick) => `$${Number(tick.toPrecision(3))}`}
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

function Numbers({
  label,
  titles,
  rows,
}: {
  readonly label: string;
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
}) {
  return (
    <details>
      <summary>{label}, as a table</summary>
      <Wide label={label}>
        <table>
          <thead>
            <tr>
              {titles.map((title, index) => (
                <th scope="col" class={index === 0 ? '' : 'number'}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                {row.map((cell, index) => (
                  <td class={index === 0 ? 'when' : 'number'}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </details>
  );
}
