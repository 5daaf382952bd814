import { onlyValue, type RawParameters, readTimeParameter } from '../../core/query/parameters.ts';
import { RequestError } from './errors.ts';

/** A request, as far as its answer depends on it. */
export class LedgerRequest {
  /** The path as it was sent, not decoded and without the base path. */
  readonly path: string;
  /** Path and query, by which answers are remembered. */
  readonly key: string;
  readonly #now: () => Date;
  readonly #dropEmpty: boolean;
  #parameters: RawParameters | undefined;
  #usesClock = false;

  /**
   * @param url path and query as they were sent, without the base path
   * @param options.dropEmpty whether to ignore parameters without a value, which a form sends for its empty fields
   */
  constructor(url: string, now: () => Date, { dropEmpty = false } = {}) {
    const [path = ''] = url.split('?', 1);
    this.path = path;
    this.#dropEmpty = dropEmpty;
    this.key = url;
    this.#now = now;
  }

  /** The parameters by name. They are parsed only when needed, since a remembered answer does not need them. */
  get parameters(): RawParameters {
    this.#parameters ??= readQuery(this.key.slice(this.path.length), this.#dropEmpty);
    return this.#parameters;
  }

  /** Whether the clock was read, so that the answer may be different later. */
  get usesClock(): boolean {
    return this.#usesClock;
  }

  now(): Date {
    this.#usesClock = true;
    return this.#now();
  }

  /** The decoded segments of the path after a prefix. */
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

  /** Only this parameter, for a route that takes no others. */
  only(name: string): RawParameters {
    const values = this.parameters.get(name);
    return new Map(values === undefined ? [] : [[name, values]]);
  }

  /** The time for which bills and ages are computed: {@link asOf}, or now. */
  clock(): Date {
    const at = this.asOf();
    return at === null ? this.now() : new Date(at);
  }

  /** The instant that `as_of` names; null for what is true now. */
  asOf(): string | null {
    const written = onlyValue('as_of', this.parameters.get('as_of'))?.trim();
    if (written === undefined || written === '' || written === 'now') return null;
    return readTimeParameter('as_of', written, () => this.now()).from;
  }
}

/** @throws RequestError for a segment that is not percent-encoded UTF-8 */
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
