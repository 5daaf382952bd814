import { BarChart } from '../charts/barChart.tsx';
import { StepChart } from '../charts/stepChart.tsx';
import { Cheapest } from './cheapest.tsx';
import { Layout, Wide } from './layout.tsx';
import type { TrendsPage } from './trendsData.ts';

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
      <Cheapest page={page} />
    </Layout>
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
