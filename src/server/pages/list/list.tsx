import type { ModelOrder } from '../../../core/query/order.ts';
import { isObject } from '../../../core/reading/json.ts';
import { DYNAMIC } from '../../../core/reading/price.ts';
import { dayOf } from '../../../core/time/when.ts';
import type { ServedModel } from '../../source/lists.ts';
import { Problem } from '../form.tsx';
import { asOfQuery, type Frame, Layout, ModelLink } from '../layout.tsx';
import { Formats, Mark, PriceCell, TokensCell, Wide } from '../table.tsx';
import { createdDay, line } from '../words.ts';
import type { ListPage } from './listData.ts';
import { ListForm } from './listForm.tsx';

/** A column with its two sort orders, the more useful one first, and the direction of that one. */
type SortColumn = readonly [title: string, orders: readonly [ModelOrder, ModelOrder], kind: string, direction: string];

const COLUMNS: readonly SortColumn[] = [
  ['Model', ['name-a-to-z', 'name-z-to-a'], 'name', 'ascending'],
  ['In', ['input-price-low-to-high', 'input-price-high-to-low'], 'number', 'ascending'],
  ['Out', ['output-price-low-to-high', 'output-price-high-to-low'], 'number', 'ascending'],
  ['Cached', ['cache-price-low-to-high', 'cache-price-high-to-low'], 'number less', 'ascending'],
  ['Context', ['context-high-to-low', 'context-low-to-high'], 'number', 'descending'],
  ['Created', ['newest', 'oldest'], 'number less', 'descending'],
  ['Changed', ['recently-changed', 'longest-unchanged'], 'number less', 'descending'],
];

/** The models and their prices. */
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
        {site.isStatic ? (
          <a href={site.link('/models.csv')}>CSV</a>
        ) : (
          <Formats path="/models" site={site} query={query} />
        )}
      </p>
      <Wide label="Models and prices">
        <table class="list" data-filterable>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <Heading column={column} page={page} />
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

/** The script shows this field, since without the script it would not work. */
function StaticFilter() {
  return (
    <p class="search" data-script-only hidden>
      <label for="filter">Search</label> <input id="filter" type="search" data-filter autocomplete="off" />
    </p>
  );
}

function Heading({ column, page: { frame, query } }: { readonly column: SortColumn; readonly page: ListPage }) {
  const [title, [first, second], kind, usual] = column;
  if (frame.site.isStatic)
    return (
      <th scope="col" class={kind}>
        {title}
      </th>
    );
  const order = query.get('sort');
  const next = new URLSearchParams(query);
  next.set('sort', order === first ? second : first);
  const other = usual === 'ascending' ? 'descending' : 'ascending';
  const direction = order === first ? usual : order === second ? other : undefined;
  return (
    <th scope="col" class={kind} aria-sort={direction}>
      <a href={frame.site.link('/', next.toString())}>{title}</a>
    </th>
  );
}

interface RowProps {
  readonly model: ServedModel;
  readonly changedAt: string | null;
  readonly frame: Frame;
}

function Row({ model: { id, facets, document }, changedAt, frame }: RowProps) {
  const { prompt, completion, cacheRead, contextLength, created, name, isFree } = facets;
  const isDynamic = prompt === DYNAMIC || completion === DYNAMIC;
  return (
    <tr>
      <th scope="row" class="name">
        <ModelLink id={id} name={name} frame={frame} />
        {isDynamic ? <Mark title="Upstream decides its price per request">dynamic</Mark> : null}
        {isConditional(document.pricing) ? (
          <Mark title="Other prices for long prompts or at some hours">conditional</Mark>
        ) : null}
        {isFree ? <Mark>free</Mark> : null}
        <span class="id">{line(id)}</span>
      </th>
      <PriceCell amount={prompt} />
      <PriceCell amount={completion} />
      <PriceCell amount={cacheRead} kind="number less" />
      <TokensCell tokens={contextLength} />
      <td class="number less">{createdDay(created)}</td>
      <td class="number less">{changedAt === null ? '–' : dayOf(changedAt, 'utc')}</td>
    </tr>
  );
}

function isConditional(pricing: unknown): boolean {
  return isObject(pricing) && Array.isArray(pricing.overrides) && pricing.overrides.length > 0;
}
