import { type RawParameters, readTimeParameter } from '../../core/query/parameters.ts';
import { RequestError } from './errors.ts';

/** One request, as far as an answer depends on it. */
export class Asked {
  /** As it was sent, without the base path, not decoded. */
  readonly path: string;
  /** Path and query: what an answer is remembered by. */
  readonly key: string;
  readonly #now: () => Date;
  readonly #dropEmpty: boolean;
  #parameters: RawParameters | undefined;
  #usesClock = false;

  /**
   * @param url path and query as they were sent, without the base path
   * @param options.dropEmpty whether a parameter without a value is none, as a form sends those that were left empty
   */
  constructor(url: string, now: () => Date, { dropEmpty = false }: { readonly dropEmpty?: boolean } = {}) {
    const at = url.indexOf('?');
    this.path = at < 0 ? url : url.slice(0, at);
    this.#dropEmpty = dropEmpty;
    this.key = url;
    this.#now = now;
  }

  /** By name; read when they are first asked for, since an answer may be remembered by the address alone. */
  get parameters(): RawParameters {
    const at = this.key.indexOf('?');
    this.#parameters ??= readQuery(at < 0 ? '' : this.key.slice(at + 1), this.#dropEmpty);
    return this.#parameters;
  }

  /** Whether the clock was looked at, so that the answer is another one later. */
  get usesClock(): boolean {
    return this.#usesClock;
  }

  now(): Date {
    this.#usesClock = true;
    return this.#now();
  }

  /** The segments of the path behind a prefix, decoded. */
  segments(prefix: string): string[] {
    return this.path.slice(prefix.length).split('/').map(decode);
  }

  /** All parameters that have a value. */
  query(): URLSearchParams {
    const query = new URLSearchParams();
    for (const [name, values] of this.parameters)
      for (const value of values) if (value !== '') query.append(name, value);
    return query;
  }

  first(name: string): string | undefined {
    return this.parameters.get(name)?.[0];
  }

  /** One parameter alone, for a route that takes no others. */
  only(name: string): RawParameters {
    const values = this.parameters.get(name);
    return new Map(values === undefined ? [] : [[name, values]]);
  }

  /** When a request is billed, or an age measured, that is asked about: at {@link asOf}, or now. */
  clock(): Date {
    const at = this.asOf();
    return at === null ? this.now() : new Date(at);
  }

  /** The instant that `as_of` names; null for what is true now. */
  asOf(): string | null {
    const written = this.first('as_of')?.trim();
    if (written === undefined || written === '' || written === 'now') return null;
    return readTimeParameter('as_of', written, () => this.now()).from;
  }
}

/** @throws RequestError for what is no percent-encoded UTF-8: nothing is called so */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new RequestError(400, `"${segment}" is no percent-encoded text.`);
  }
}

function readQuery(query: string, dropEmpty: boolean): RawParameters {
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (dropEmpty && value.trim() === '') continue;
    parameters.set(name, [...(parameters.get(name) ?? []), value]);
  }
  return parameters;
}
