import { authorOf } from '../../core/query/filter.ts';
import { minuteWords } from '../../core/time/when.ts';
import { type Series, StepChart } from '../charts/stepChart.tsx';
import { modelPath } from '../site.ts';
import type { ServedModel } from '../source/lists.ts';
import { type ComparePage, MOST } from './compareData.ts';
import { Actions, AsOf, Field, Problem } from './form.tsx';
import { asOfQuery, Layout, Wide } from './layout.tsx';
import { dollarTick, exactTokens, exactWords, line, millionWords, positionOf, tokensWords } from './words.ts';

/** Up to four models side by side. */
export function Compare({ page }: { readonly page: ComparePage }) {
  const { frame, models, unknown } = page;
  return (
    <Layout frame={frame}>
      <h1>Compare</h1>
      <CompareForm page={page} />
      <Problem words={unknown.length === 0 ? null : `Never listed: ${unknown.map(line).join(', ')}`} />
      {models.length === 0 ? <p>Choose up to four models.</p> : <Table page={page} />}
      {models.length === 0 ? null : (
        <>
          <Chart page={page} component="prompt" label="Input, USD per million tokens" />
          <Chart page={page} component="completion" label="Output, USD per million tokens" />
        </>
      )}
    </Layout>
  );
}

function CompareForm({ page: { frame, models, ids } }: { readonly page: ComparePage }) {
  return (
    <form class="filters" action={frame.site.link('/compare')} method="get" aria-label="Choose models">
      {Array.from({ length: MOST }, (_, index) => (
        <Field label={`Model ${index + 1}`}>
          <input type="text" name="model" value={models[index]?.id ?? ''} list="ids" size={26} autocomplete="off" />
        </Field>
      ))}
      <datalist id="ids">
        {ids.map((id) => (
          <option value={id} />
        ))}
      </datalist>
      <AsOf asOf={frame.asOf} />
      <Actions send="Compare" />
    </form>
  );
}

type Value = readonly [words: string, exact?: string | undefined];

const ROWS: readonly (readonly [title: string, value: (model: ServedModel) => Value])[] = [
  ['In, $/M', ({ facets }) => [millionWords(facets.prompt), exactWords(facets.prompt)]],
  ['Out, $/M', ({ facets }) => [millionWords(facets.completion), exactWords(facets.completion)]],
  ['Cached in, $/M', ({ facets }) => [millionWords(facets.cacheRead), exactWords(facets.cacheRead)]],
  ['Context', ({ facets }) => [tokensWords(facets.contextLength), exactTokens(facets.contextLength)]],
  ['Most completion', ({ document }) => [mostCompletion(document.top_provider)]],
  [
    'Created',
    ({ facets }) => [
      facets.created === null ? '–' : minuteWords(new Date(facets.created * 1000).toISOString(), 'utc').slice(0, 10),
    ],
  ],
  ['Takes', ({ facets }) => [facets.inputs.join(', ')]],
  ['Gives', ({ facets }) => [facets.outputs.join(', ')]],
  ['Author', ({ id }) => [authorOf(id)]],
];

function mostCompletion(provider: unknown): string {
  const most =
    typeof provider === 'object' && provider !== null && 'max_completion_tokens' in provider
      ? provider.max_completion_tokens
      : null;
  return typeof most === 'number' ? tokensWords(most) : '–';
}

function Table({ page: { frame, models } }: { readonly page: ComparePage }) {
  const abilities = [...new Set(models.flatMap(({ served }) => served?.facets.parameters ?? []))].sort();
  return (
    <Wide label="The models side by side">
      <table class="compare">
        <thead>
          <tr>
            <td />
            {models.map(({ id, served }) => (
              <th scope="col" class="number">
                <a href={frame.site.link(modelPath(id), asOfQuery(frame.asOf))}>{line(served?.facets.name ?? id)}</a>
                {served === undefined ? <span class="mark">not listed</span> : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
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
        </tbody>
      </table>
    </Wide>
  );
}

function Chart({
  page: { models, from, to },
  component,
  label,
}: {
  readonly page: ComparePage;
  readonly component: string;
  readonly label: string;
}) {
  const series = models.map(
    ({ id, history }): Series => ({
      name: line(id),
      steps: history
        .filter((period) => period.component === component && period.condition === '' && period.price !== null)
        .map(({ price, validFrom, validTo }) => ({
          ...{
            from: Date.parse(validFrom),
            to: validTo === null ? to : Math.min(to, Date.parse(validTo)),
            value: positionOf(price ?? '0'),
          },
          words: `$${millionWords(price)} /M, ${minuteWords(validFrom, 'utc')} ${validTo === null ? 'still' : `to ${minuteWords(validTo, 'utc')}`}`,
        })),
    }),
  );
  return <StepChart label={label} series={series} from={from} to={to} axis={dollarTick} />;
}
