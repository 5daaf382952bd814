import type { ModelOrder } from '../../../core/query/order.ts';
import { DYNAMIC } from '../../../core/reading/price.ts';
import { dayOf } from '../../../core/time/when.ts';
import { modelPath, type Site } from '../../site.ts';
import type { ServedModel } from '../../source/lists.ts';
import { Problem } from '../form.tsx';
import { asOfQuery, type Frame, Layout } from '../layout.tsx';
import { PriceCell, TokensCell, Wide } from '../table.tsx';
import { line } from '../words.ts';
import type { ListPage } from './listData.ts';
import { ListForm } from './listForm.tsx';

/** A column by which the list may be ordered: first the order that is wanted more often. */
const COLUMNS: readonly (readonly [
  title: string,
  orders: readonly [ModelOrder, ModelOrder],
  kind: string,
  sorted: string,
])[] = [
  ['Model', ['name-a-to-z', 'name-z-to-a'], 'name', 'ascending'],
  ['In', ['input-price-low-to-high', 'input-price-high-to-low'], 'number', 'ascending'],
  ['Out', ['output-price-low-to-high', 'output-price-high-to-low'], 'number', 'ascending'],
  ['Cached', ['cache-price-low-to-high', 'cache-price-high-to-low'], 'number less', 'ascending'],
  ['Context', ['context-high-to-low', 'context-low-to-high'], 'number', 'descending'],
  ['Created', ['newest', 'oldest'], 'number less', 'descending'],
  ['Changed', ['recently-changed', 'longest-unchanged'], 'number less', 'descending'],
];

/** Which models are there, and what do they cost. */
export function List({ page }: { readonly page: ListPage }) {
  const { frame, shown, total, query, problem } = page;
  const { site } = frame;
  return (
    <Layout frame={frame}>
      <h1>Models</h1>
      <Problem words={problem} />
      {site.isStatic ? <StaticFilter /> : <ListForm page={page} />}
      <p class="count">
        <span data-count>{shown.length}</span> of {total} models, USD per million tokens.{' '}
        {site.isStatic ? <a href={site.link('/models.csv')}>CSV</a> : <Formats site={site} query={query} />}
      </p>
      <Wide label="Models and prices">
        <table class="list" data-filterable>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <Heading column={column} query={query} site={site} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((model) => (
              <Row model={model} changedAt={page.changedAt(model.id)} frame={frame} />
            ))}
          </tbody>
        </table>
      </Wide>
      {shown.length === 0 ? (
        <p>
          No model fits. <a href={site.link('/', asOfQuery(frame.asOf))}>Show all</a>
        </p>
      ) : null}
    </Layout>
  );
}

function Formats({ site, query }: { readonly site: Site; readonly query: URLSearchParams }) {
  return (
    <>
      <a href={site.link('/api/v1/models', query.toString())}>JSON</a>{' '}
      <a href={site.link('/models.csv', query.toString())}>CSV</a>
    </>
  );
}

/** Shown by the script, which is what makes it work. */
function StaticFilter() {
  return (
    <p class="search" data-script-only hidden>
      <label for="filter">Search</label> <input id="filter" type="search" data-filter autocomplete="off" />
    </p>
  );
}

function Heading({
  column: [title, [first, second], kind, sorted],
  query,
  site,
}: {
  readonly column: (typeof COLUMNS)[number];
  readonly query: URLSearchParams;
  readonly site: Site;
}) {
  if (site.isStatic)
    return (
      <th scope="col" class={kind}>
        {title}
      </th>
    );
  const order = query.get('sort');
  const next = new URLSearchParams(query);
  next.set('sort', order === first ? second : first);
  const other = sorted === 'ascending' ? 'descending' : 'ascending';
  const direction = order === first ? sorted : order === second ? other : undefined;
  return (
    <th scope="col" class={kind} aria-sort={direction}>
      <a href={site.link('/', next.toString())}>{title}</a>
    </th>
  );
}

function Row({
  model: { id, facets, document },
  changedAt,
  frame,
}: {
  readonly model: ServedModel;
  readonly changedAt: string | null;
  readonly frame: Frame;
}) {
  const { prompt, completion, cacheRead, contextLength, created, name } = facets;
  return (
    <tr>
      <th scope="row" class="name">
        <a href={frame.site.link(modelPath(id), asOfQuery(frame.asOf))}>{line(name ?? id)}</a>
        <Marks
          isDynamic={prompt === DYNAMIC || completion === DYNAMIC}
          isConditional={isConditional(document.pricing)}
          isFree={facets.isFree}
        />
        <span class="id">{line(id)}</span>
      </th>
      <PriceCell amount={prompt} />
      <PriceCell amount={completion} />
      <PriceCell amount={cacheRead} kind="number less" />
      <TokensCell tokens={contextLength} />
      <td class="number less">{created === null ? '–' : dayOf(new Date(created * 1000).toISOString(), 'utc')}</td>
      <td class="number less">{changedAt === null ? '–' : dayOf(changedAt, 'utc')}</td>
    </tr>
  );
}

function Marks({
  isDynamic: dynamic,
  isConditional: conditional,
  isFree: free,
}: {
  readonly isDynamic: boolean;
  readonly isConditional: boolean;
  readonly isFree: boolean;
}) {
  return (
    <>
      {dynamic ? (
        <span class="mark" title="Upstream decides its price per request">
          dynamic
        </span>
      ) : null}
      {conditional ? (
        <span class="mark" title="Other prices for long prompts or at some hours">
          conditional
        </span>
      ) : null}
      {free ? <span class="mark">free</span> : null}
    </>
  );
}

function isConditional(pricing: unknown): boolean {
  if (typeof pricing !== 'object' || pricing === null || !('overrides' in pricing)) return false;
  return Array.isArray(pricing.overrides) && pricing.overrides.length > 0;
}
