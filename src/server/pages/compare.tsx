import { authorOf } from '../../core/query/filter.ts';
import { isObject } from '../../core/reading/json.ts';
import { StepChart } from '../charts/stepChart.tsx';
import type { ServedModel } from '../source/lists.ts';
import { type ComparePage, MOST } from './compareData.ts';
import { Actions, AsOf, Ids, Problem, TextField } from './form.tsx';
import { Layout, ModelLink } from './layout.tsx';
import { priceSteps } from './model/priceCharts.tsx';
import { Mark, numeric, Table } from './table.tsx';
import { createdDay, dollarTick, exactTokens, exactWords, line, millionWords, tokensWords } from './words.ts';

/** Up to four models side by side. */
export function Compare({ page }: { readonly page: ComparePage }) {
  const { frame, models, unknown } = page;
  return (
    <Layout frame={frame}>
      <h1>Compare</h1>
      <CompareForm page={page} />
      <Problem words={unknown.length === 0 ? null : `Never listed: ${unknown.map(line).join(', ')}`} />
      {models.length === 0 ? <p>Choose up to four models.</p> : <SideBySide page={page} />}
      {models.length === 0 ? null : (
        <>
          <PriceChart page={page} component="prompt" label="Input, USD per million tokens" />
          <PriceChart page={page} component="completion" label="Output, USD per million tokens" />
        </>
      )}
    </Layout>
  );
}

function CompareForm({ page: { frame, models, ids } }: { readonly page: ComparePage }) {
  return (
    <form class="filters" action={frame.site.link('/compare')} method="get" aria-label="Choose models">
      {Array.from({ length: MOST }, (_, index) => (
        <TextField label={`Model ${index + 1}`} name="model" value={models[index]?.id ?? ''} list="ids" size={26} />
      ))}
      <Ids ids={ids} />
      <AsOf asOf={frame.asOf} />
      <Actions send="Compare" />
    </form>
  );
}

type CellWords = readonly [words: string, exact?: string | undefined];

const ROWS: readonly (readonly [title: string, value: (model: ServedModel) => CellWords])[] = [
  ['In, $/M', ({ facets }) => [millionWords(facets.prompt), exactWords(facets.prompt)]],
  ['Out, $/M', ({ facets }) => [millionWords(facets.completion), exactWords(facets.completion)]],
  ['Cached in, $/M', ({ facets }) => [millionWords(facets.cacheRead), exactWords(facets.cacheRead)]],
  ['Context', ({ facets }) => [tokensWords(facets.contextLength), exactTokens(facets.contextLength)]],
  ['Most completion', ({ document }) => [mostCompletion(document.top_provider)]],
  ['Created', ({ facets: { created } }) => [createdDay(created)]],
  ['Takes', ({ facets }) => [facets.inputs.join(', ')]],
  ['Gives', ({ facets }) => [facets.outputs.join(', ')]],
  ['Author', ({ id }) => [authorOf(id)]],
];

function mostCompletion(provider: unknown): string {
  const most = isObject(provider) ? provider.max_completion_tokens : null;
  return typeof most === 'number' ? tokensWords(most) : '–';
}

function SideBySide({ page: { frame, models } }: { readonly page: ComparePage }) {
  const abilities = [...new Set(models.flatMap(({ served }) => served?.facets.parameters ?? []))].sort();
  return (
    <Table
      label="The models side by side"
      kind="compare"
      headings={[
        '',
        ...models.map(({ id, served }) =>
          numeric(
            <>
              <ModelLink id={id} name={served?.facets.name ?? null} frame={frame} />
              {served === undefined ? <Mark>not listed</Mark> : null}
            </>,
          ),
        ),
      ]}
    >
      {ROWS.map(([title, value]) => (
        <tr>
          <th scope="row">{title}</th>
          {models.map(({ served }) => {
            const [words, exact] = served === undefined ? ['–'] : value(served);
            return (
              <td class="number" title={exact}>
                {line(words)}
              </td>
            );
          })}
        </tr>
      ))}
      {abilities.map((ability) => (
        <tr>
          <th scope="row">{line(ability.replaceAll('_', ' '))}</th>
          {models.map(({ served }) => (
            <td class="number">{served?.facets.parameters.includes(ability) ? 'yes' : '–'}</td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

interface PriceChartProps {
  readonly page: ComparePage;
  readonly component: string;
  readonly label: string;
}

function PriceChart({ page: { models, from, to }, component, label }: PriceChartProps) {
  const series = models.map(({ id, history }) => ({ name: line(id), steps: priceSteps(history, component, to) }));
  return <StepChart label={label} series={series} from={from} to={to} axis={dollarTick} />;
}
