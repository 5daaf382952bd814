import { Readable } from 'node:stream';
import { version } from '../../package.json';
import { DEFAULTS } from '../config/settings.ts';
import { UsageError } from '../core/errors.ts';
import { servedRange } from '../ledger/queries/endpoints/endpointsAt.ts';
import { listingAt } from '../ledger/queries/listing.ts';
import { findModel } from '../ledger/queries/model.ts';
import { type ModelState, modelStateAt } from '../ledger/queries/served/modelState.ts';
import { CurrentFile } from '../ledger/store/currentFile.ts';
import type { Ledger } from '../ledger/store/open.ts';
import { readTogether } from '../ledger/store/transaction.ts';
import { sync } from '../sync.ts';
import { readSource } from '../upstream/source.ts';
import type { Bill, Usage } from './api/bills.ts';
import type { Change, ChangeFilter } from './api/changes.ts';
import type { ModelLedger, OpenOptions } from './api/ledger.ts';
import type { ListedModel, ListFilter, Model, ModelPrices } from './api/models.ts';
import type { SyncOptions, SyncResult } from './api/sync.ts';
import type { Time } from './api/time.ts';
import { modelRecord } from './modelRecord.ts';
import {
  billOf,
  eventFilter,
  listedModel,
  nextChanges,
  patternsOf,
  pricesOf,
  readTime,
  unknownModel,
} from './questions.ts';
import { syncRecord } from './syncRecord.ts';

/** The public face of a data file. */
export class OpenedLedger implements ModelLedger {
  readonly file: string;
  readonly #current: CurrentFile;
  readonly #now: () => Date;
  readonly #env: NonNullable<OpenOptions['env']>;

  constructor(file: string, { now = () => new Date(), env = process.env }: OpenOptions) {
    if (file.trim() === '' || file === ':memory:') throw new UsageError('bad_file', 'The data file has no name.');
    this.file = file;
    this.#current = new CurrentFile(file);
    this.#now = now;
    this.#env = env;
  }

  async priceAt(model: string, at?: Time): Promise<ModelPrices | null> {
    return this.#stateOf(model, at, pricesOf);
  }

  async modelAt(model: string, at?: Time): Promise<Model> {
    return this.#stateOf(model, at, (state, ledger) =>
      modelRecord({ ...state, served: servedRange(ledger, model, state.at) }),
    );
  }

  async listAt(at?: Time, filter: ListFilter = {}): Promise<ListedModel[]> {
    const instant = this.#instant(at);
    const asked = { models: patternsOf(filter.model), author: filter.author };
    return this.#ask((ledger) => listingAt(ledger, instant, asked).map(listedModel));
  }

  async *changes(filter: ChangeFilter = {}): AsyncIterable<Change> {
    const asked = eventFilter(filter, this.#now());
    let left = filter.limit ?? Number.POSITIVE_INFINITY;
    let before = asked.until;
    do {
      // In batches, so that no statement stays open while the caller takes its time and a run may write.
      const found = this.#ask((ledger) => nextChanges(ledger, { ...asked, until: before }));
      for (const change of found.changes) {
        if (left <= 0) return;
        left -= 1;
        yield change;
      }
      before = found.before;
    } while (before !== undefined);
  }

  async bill(model: string, usage: Usage, at?: Time): Promise<Bill> {
    const instant = this.#instant(at);
    try {
      return await billOf(this.#current.ledger(), model, usage, instant, this.#now());
    } catch (error) {
      throw this.#current.understand(error);
    }
  }

  async sync(options: SyncOptions = {}): Promise<SyncResult> {
    const { source = DEFAULTS.source, signal = new AbortController().signal, ...rest } = options;
    if (source === '-') throw new UsageError('bad_source', 'The source is a URL or a file; nothing was written.');
    const request = { ...rest, db: this.file, source: readSource(source), trigger: 'manual' as const };
    const userAgent = `model-ledger/${version}`;
    const world = { env: this.#env, stdin: Readable.from([]), now: this.#now, signal, userAgent, onRetry: () => {} };
    return syncRecord(await sync(request, world), options);
  }

  close(): void {
    this.#current.close();
  }

  #instant(at: Time | undefined): string | null {
    return at === undefined || at === 'now' ? null : readTime(at, this.#now());
  }

  #stateOf<T>(model: string, at: Time | undefined, answer: (state: ModelState, ledger: Ledger) => T): T {
    const instant = this.#instant(at);
    return this.#ask((ledger) => {
      const facts = findModel(ledger, model, instant);
      if (facts === undefined) throw unknownModel(ledger, model);
      return answer(modelStateAt(ledger, facts, instant), ledger);
    });
  }

  /** Answers from one state of the file. */
  #ask<T>(work: (ledger: Ledger) => T): T {
    try {
      const ledger = this.#current.ledger();
      return readTogether(ledger, () => work(ledger));
    } catch (error) {
      throw this.#current.understand(error);
    }
  }
}
