import type { Child } from 'hono/jsx';
import type { Amount } from '../../core/reading/price.ts';
import { minuteWords } from '../../core/time/when.ts';
import type { Site } from '../site.ts';
import { exactTokens, exactWords, millionWords, tokensWords } from './words.ts';

/** What may be wider than the screen: it scrolls by itself, by keyboard too. */
export function Wide({ label, children }: { readonly label: string; readonly children: Child }) {
  return (
    <section class="wide" aria-label={label} tabindex={0}>
      {children}
    </section>
  );
}

/** The title of a column, of texts unless it says that they are numbers. */
export type Heading = string | { readonly title: Child; readonly isNumber: true };

export function numeric(title: Child): Heading {
  return { title, isNumber: true };
}

interface TableProps {
  readonly label: string;
  /** Its class, for the style sheet. */
  readonly kind?: string;
  readonly headings: readonly Heading[];
  readonly caption?: Child;
  readonly foot?: Child;
  readonly children: Child;
}

/** A table with titled columns; its rows are what it is given. */
export function Table({ label, kind, headings, caption, foot, children }: TableProps) {
  return (
    <Wide label={label}>
      <table class={kind}>
        {caption === undefined ? null : <caption>{caption}</caption>}
        <thead>
          <tr>
            {headings.map((heading) => (
              <HeadingCell heading={heading} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
        {foot === undefined ? null : <tfoot>{foot}</tfoot>}
      </table>
    </Wide>
  );
}

function HeadingCell({ heading }: { readonly heading: Heading }) {
  // A heading that says nothing is none.
  if (heading === '') return <td />;
  if (typeof heading === 'string') return <th scope="col">{heading}</th>;
  return (
    <th scope="col" class="number">
      {heading.title}
    </th>
  );
}

/** The same as documents, by the same filters. */
export function Formats({
  path,
  site,
  query,
}: {
  readonly path: string;
  readonly site: Site;
  readonly query: URLSearchParams;
}) {
  return (
    <>
      <a href={site.link(`/api/v1${path}`, query.toString())}>JSON</a>{' '}
      <a href={site.link(`${path}.csv`, query.toString())}>CSV</a>
    </>
  );
}

/** A word about what stands beside it. */
export function Mark({ title, children }: { readonly title?: string; readonly children: Child }) {
  return (
    <span class="mark" title={title}>
      {children}
    </span>
  );
}

/** A base price in USD per million tokens, and in its title exactly. */
export function PriceCell({ amount, kind = 'number' }: { readonly amount: Amount | null; readonly kind?: string }) {
  return (
    <td class={kind} title={exactWords(amount)}>
      {millionWords(amount)}
    </td>
  );
}

export function TokensCell({ tokens }: { readonly tokens: number | null }) {
  return (
    <td class="number" title={exactTokens(tokens)}>
      {tokensWords(tokens)}
    </td>
  );
}

/** A cell with an instant; empty for none. */
export function WhenCell({ at }: { readonly at: string | null }) {
  return <td class="when">{at === null ? '' : minuteWords(at, 'utc')}</td>;
}
