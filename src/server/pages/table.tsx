import type { Child } from 'hono/jsx';
import type { Amount } from '../../core/reading/price.ts';
import { minuteWords } from '../../core/time/when.ts';
import { API, type Site } from '../site.ts';
import { exactTokens, exactWords, millionWords, tokensWords } from './words.ts';

/** Content that may be wider than the screen. It can be scrolled by itself, also with the keyboard. */
export function Wide({ label, children }: { readonly label: string; readonly children: Child }) {
  return (
    <section class="wide" aria-label={label} tabindex={0}>
      {children}
    </section>
  );
}

/** The title of a column of texts or of numbers. */
export type Heading = string | { readonly title: Child; readonly isNumber: true };

export function numeric(title: Child): Heading {
  return { title, isNumber: true };
}

interface TableProps {
  readonly label: string;
  /** The class for the style sheet. */
  readonly kind?: string;
  readonly headings: readonly Heading[];
  readonly caption?: Child;
  readonly foot?: Child;
  readonly children: Child;
}

/** A table whose children are its rows. */
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
  // An empty `th` would be announced as a heading.
  if (heading === '') return <td />;
  if (typeof heading === 'string') return <th scope="col">{heading}</th>;
  return (
    <th scope="col" class="number">
      {heading.title}
    </th>
  );
}

interface FormatsProps {
  readonly path: string;
  readonly site: Site;
  readonly query: URLSearchParams;
}

/** Links to the same content as JSON and as CSV. */
export function Formats({ path, site, query }: FormatsProps) {
  return (
    <>
      <a href={site.link(`${API}${path}`, query.toString())}>JSON</a>{' '}
      <a href={site.link(`${path}.csv`, query.toString())}>CSV</a>
    </>
  );
}

/** A short label beside a name. */
export function Mark({ title, children }: { readonly title?: string; readonly children: Child }) {
  return (
    <span class="mark" title={title}>
      {children}
    </span>
  );
}

/** A base price in USD per million tokens, with the exact price as its tooltip. */
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

export function WhenCell({ at }: { readonly at: string | null }) {
  return <td class="when">{at === null ? '' : minuteWords(at, 'utc')}</td>;
}
