export const NOTHING_YET = {
  modelsAsked: 0,
  modelsAnswered: 0,
  /** Of those that answered: without endpoints now. */
  modelsWithout: 0,
  modelsFailed: 0,
  endpointsSeen: 0,
  requests: 0,
};

/** The counts of a sweep, as its row in `endpoint_sweeps` keeps them. */
export type SweepCounts = Readonly<typeof NOTHING_YET>;

/** A model without a usable answer; it keeps its last state. */
export interface Failure {
  readonly model: string;
  readonly code: string;
  readonly message: string;
}

/** After so many in a row the sweep is given up: upstream does not answer, or not to us. */
const MOST_FAILURES = 20;
const MOST_REFUSALS = 3;
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);
/** It is not believed that more models than these, and more than half of all, lose their endpoints in one sweep. */
const MOST_EMPTIED = 10;

/** How far a request for a model came. */
export interface RequestOutcome {
  /** Of the last answer; null where there was none. */
  readonly httpStatus: number | null;
  /** There was no connection at all, so that the next model will fare no better. */
  readonly isUnreached: boolean;
}

/** Counts what a sweep has come to, and decides whether it goes on. */
export class SweepTally {
  readonly failures: Failure[] = [];
  readonly #counts: typeof NOTHING_YET;
  readonly #requestsBefore: number;
  #inARow = 0;
  #refusals = 0;
  #hasBeenReached = false;
  #isHopeless = false;

  /** @param counts those of an earlier part of the sweep, where it is resumed */
  constructor(counts: SweepCounts) {
    this.#counts = { ...counts };
    this.#requestsBefore = counts.requests;
  }

  /** @param size how many endpoints the answer names; 0: the model has none now */
  answered(size: number): void {
    this.#hasBeenReached = true;
    this.#inARow = 0;
    this.#refusals = 0;
    this.#counts.modelsAsked += 1;
    this.#counts.modelsAnswered += 1;
    this.#counts.endpointsSeen += size;
    if (size === 0) this.#counts.modelsWithout += 1;
  }

  failed(failure: Failure, { httpStatus, isUnreached }: RequestOutcome): void {
    this.#hasBeenReached ||= !isUnreached;
    this.failures.push(failure);
    this.#counts.modelsAsked += 1;
    this.#counts.modelsFailed += 1;
    this.#inARow += 1;
    const isRefused = isUnreached || failure.code === 'timeout' || (httpStatus !== null && REFUSALS.has(httpStatus));
    this.#refusals = isRefused ? this.#refusals + 1 : 0;
    // The first model was retried with all patience; where nothing was ever reached, so would be the second.
    const most = this.#hasBeenReached ? MOST_REFUSALS : 1;
    this.#isHopeless ||= this.#inARow >= MOST_FAILURES || this.#refusals >= most;
  }

  /** @param requests since the sweep began or went on, retries and redirects included */
  requested(requests: number): void {
    this.#counts.requests = this.#requestsBefore + requests;
  }

  /**
   * Whether to believe that models have lost all their endpoints: an address that answers 404 to everything says
   * nothing about the models. If it is not believed, the models count as failed.
   */
  believesEmptied(models: readonly string[]): boolean {
    const { modelsAnswered } = this.#counts;
    if (models.length <= MOST_EMPTIED || models.length <= modelsAnswered / 2) return true;
    const message = `${models.length} of ${modelsAnswered} models are said to have no endpoints all at once`;
    for (const model of models) this.failures.push({ model, code: 'too_many_gone', message });
    this.#counts.modelsAnswered -= models.length;
    this.#counts.modelsWithout -= models.length;
    this.#counts.modelsFailed += models.length;
    return false;
  }

  /** Whether so much went wrong that the sweep is given up. */
  get isHopeless(): boolean {
    return this.#isHopeless;
  }

  get counts(): SweepCounts {
    return { ...this.#counts };
  }

  get status(): 'complete' | 'partial' | 'failed' {
    if (this.#counts.modelsFailed === 0 && !this.#isHopeless) return 'complete';
    return this.#counts.modelsAnswered === 0 ? 'failed' : 'partial';
  }

  /** The error columns of the sweep's row. */
  get error(): { readonly errorCode: string | null; readonly errorMessage: string | null } {
    const [first] = this.failures;
    if (first === undefined) return { errorCode: null, errorMessage: null };
    const many = `${this.#counts.modelsFailed} of ${this.#counts.modelsAsked} models could not be had`;
    const end = this.#isHopeless ? ', then it was given up' : '';
    return { errorCode: first.code, errorMessage: `${many}${end}: ${first.message}` };
  }
}
