import { DAY_MS } from '../../core/time/instant.ts';
import { BarChart } from '../charts/barChart.tsx';
import { type ChartStep, StepChart } from '../charts/stepChart.tsx';
import { Cheapest } from './cheapest.tsx';
import { Layout } from './layout.tsx';
import { numeric, Table } from './table.tsx';
import type { TrendsPage } from './trendsData.ts';

/** How the whole list has developed, which upstream does not say. */
export function Trends({ page }: { readonly page: TrendsPage }) {
  const { frame, listed, weeks } = page;
  const end = Date.parse(frame.observedAt ?? '') || 0;
  const start = Date.parse(listed[0]?.day ?? '') || end;
  return (
    <Layout frame={frame}>
      <h1>Trends</h1>
      <StepChart
        label="Models listed"
        series={[{ name: 'models', steps: listedSteps(page, end) }]}
        from={start}
        to={end}
        axis={String}
      />
      <Numbers
        label="Models listed, by day"
        titles={['Day', 'Models']}
        rows={[...listed].reverse().map(({ day, models }) => [day, models])}
      />
      <BarChart
        label="Came and went, by week"
        names={['came or came back', 'went']}
        bars={weeks.map(({ week, came, back, went }) => ({
          label: week,
          up: came + back,
          down: went,
          words: `Week of ${week}: ${came} came, ${back} came back, ${went} went`,
        }))}
      />
      <Numbers
        label="Comings and goings, by week"
        titles={['Week of', 'Came', 'Came back', 'Went']}
        rows={[...weeks].reverse().map(({ week, came, back, went }) => [week, came, back, went])}
      />
      <Cheapest page={page} />
    </Layout>
  );
}

function listedSteps({ listed }: TrendsPage, end: number): ChartStep[] {
  return listed.map(({ day, models }, index) => {
    const from = Date.parse(day);
    const next = listed[index + 1]?.day;
    const to = next === undefined ? Math.max(end, from + DAY_MS) : Date.parse(next);
    return { from, to, value: models, words: `${models} on ${day}` };
  });
}

interface NumbersProps {
  readonly label: string;
  readonly titles: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

function Numbers({ label, titles, rows }: NumbersProps) {
  return (
    <details>
      <summary>{label}, as a table</summary>
      <Table label={label} headings={titles.map((title, index) => (index === 0 ? title : numeric(title)))}>
        {rows.map((row) => (
          <tr>
            {row.map((cell, index) => (
              <td class={index === 0 ? 'when' : 'number'}>{cell}</td>
            ))}
          </tr>
        ))}
      </Table>
    </details>
  );
}
