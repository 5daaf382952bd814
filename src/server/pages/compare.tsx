import { UsageError } from '../../core/errors.ts';
import { authorOf } from '../../core/query/filter.ts';
import { minuteWords } from '../../core/time/when.ts';
import { findModel, type PricePeriod, preparePriceHistory } from '../../ledger/queries/model.ts';
import { resolveModel } from '../../ledger/queries/resolveModel.ts';
import { listAt } from '../api/listAt.ts';
import { type Series, StepChart } from '../charts/stepChart.tsx';
import type { Asked } from '../http/asked.ts';
import { modelPath, type Site } from '../site.ts';
import type { View } from '../source/ledgerSource.ts';
import type { ServedModel } from '../source/lists.ts';
import { asOfQuery, type Frame, Layout, Wide } from './layout.tsx';
import { Actions, Field } from './list/listForm.tsx';
import { exactTokens, exactWords, line, millionWords, positionOf, tokensWords } from './words.ts';

/** More do not fit side by side. */
const MOST = 4;

export interface ComparePage {
  readonly frame: Frame;
  readonly models: readonly {
    readonly id: string;
    readonly served: ServedModel | undefined;
    readonly history: readonly PricePeriod[];
  }[];
  /** Ids that nobody ever saw. */
  readonly unknown: readonly string[];
  readonly ids: readonly string[];
  readonly from: number;
  readonly to: number;
}

export function compareData(asked: Asked, view: View, site: Site): ComparePage {
  const list = listAt(asked, view);
  const at = asked.asOf();
  const wanted = [
    ...new Set(
      asked.parameters
        .get('model')
        ?.flatMap((ids) => ids.split(','))
        .map((id) => id.trim())
        .map((name) => idOf(view, name)) ?? [],
    ),
  ]
    .filter((id) => id !== '')
    .slice(0, MOST);
  const historyOf = preparePriceHistory(view.ledger);
  const known = wanted.filter((id) => list.byId.has(id) || findModel(view.ledger, id, null) !== undefined);
  const models = known.map((id) => ({
    ...{ id, served: list.byId.get(id) },
    history: historyOf(id).filter(({ validFrom }) => at === null || validFrom <= at),
  }));
  const starts = models.flatMap(({ history }) => history.slice(0, 1).map(({ validFrom }) => Date.parse(validFrom)));
  const to = Date.parse(list.run.observedAt);
  return {
    frame: {
      site,
      title: 'Compare',
      path: '/compare',
      asOf: asked.first('as_of') ?? '',
      observedAt: list.run.observedAt,
    },
    ...{ models, unknown: wanted.filter((id) => !known.includes(id)), ids: list.models.map(({ id }) => id), to },
    from: starts.length === 0 ? to : Math.min(...starts),
  };
}

/** Names as people type them; one that fits none or several stays as it is, and is told. */
function idOf({ ledger }: View, name: string): string {
  try {
    return name === '' ? name : resolveModel(ledger, name, 'utc');
  } catch (error) {
    if (error instanceof UsageError) return name;
    throw error;
  }
}

/** Up to four models side by side. */
export function Compare({ page }: { readonly page: ComparePage }) {
  const { frame, models, unknown } = page;
  return (
    <Layout frame={frame}>
      <h1>Compare</h1>
      <CompareForm page={page} />
      {unknown.length === 0 ? null : (
        <p class="problem" role="alert">
          Never listed: {unknown.map(line).join(', ')}
        </p>
      )}
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
      {frame.asOf === '' ? null : <input type="hidden" name="as_of" value={frame.asOf} />}
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
  return (
    <StepChart label={label} series={series} from={from} to={to} axis={(value) => `$${Number(value.toPrecision(3))}`} />
  );
}
