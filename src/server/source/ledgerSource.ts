import { CurrentFile } from '../../ledger/store/currentFile.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { runInTurns, type Steps } from '../../ledger/store/steps.ts';
import { atOneInstant, prepareDataVersion, readTogether } from '../../ledger/store/transaction.ts';
import type { Prepared } from '../http/answer.ts';
import { Lists } from './lists.ts';
import { LruCache } from './lruCache.ts';

/** How long to wait while another program locks the whole file. Short, because all requests wait meanwhile. */
const BUSY_MS = 250;
/** How many bytes of answers are kept, including compressed ones. */
const ANSWER_BYTES = 64 << 20;

/** The open data file, and what is remembered of it. */
export interface View {
  readonly ledger: Ledger;
  readonly lists: Lists;
  /** Answers that stay true until the next commit. */
  readonly answers: LruCache<Prepared>;
}

interface OpenedView extends View {
  readonly dataVersion: () => number;
  version: number;
}

/** Gives access to the data file, and notices when it has changed or was replaced. */
export class LedgerSource {
  readonly #source: CurrentFile;
  #opened: OpenedView | undefined;

  constructor(file: string) {
    this.#source = new CurrentFile(file, BUSY_MS);
  }

  /** An earlier answer, if it is still true. */
  remembered(key: string): Prepared | undefined {
    return this.#current().answers.get(key);
  }

  /**
   * Does some work on one consistent state of the file.
   * @throws DataFileError or LockedError when the file cannot be used; the next call opens it again
   */
  ask<T>(work: (view: View) => T): T {
    const view = this.#current();
    try {
      return readTogether(view.ledger, () => work(view));
    } catch (error) {
      throw this.#source.understand(error);
    }
  }

  /**
   * Like {@link ask}, but with pauses in which signals are noticed. Nothing else may be asked meanwhile.
   * @throws the signal's reason once it is aborted
   */
  async askInTurns<T>(work: (view: View) => Steps<T>, signal: AbortSignal): Promise<T> {
    const view = this.#current();
    try {
      return await atOneInstant(view.ledger, () => runInTurns(work(view), signal));
    } catch (error) {
      throw this.#source.understand(error);
    }
  }

  close(): void {
    this.#source.close();
    this.#opened = undefined;
  }

  #current(): OpenedView {
    try {
      const ledger = this.#source.ledger();
      if (this.#opened?.ledger !== ledger) this.#opened = viewOf(ledger);
      const version = this.#opened.dataVersion();
      if (version !== this.#opened.version) this.#opened.answers.clear();
      this.#opened.version = version;
      return this.#opened;
    } catch (error) {
      throw this.#source.understand(error);
    }
  }
}

function viewOf(ledger: Ledger): OpenedView {
  const dataVersion = prepareDataVersion(ledger);
  const answers = new LruCache<Prepared>(ANSWER_BYTES);
  return { ledger, lists: new Lists(ledger), answers, dataVersion, version: dataVersion() };
}
