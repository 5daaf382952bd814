import { CurrentFile } from '../../ledger/store/currentFile.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { runInTurns, type Steps } from '../../ledger/store/steps.ts';
import { atOneInstant, prepareDataVersion, readTogether } from '../../ledger/store/transaction.ts';
import type { Prepared } from '../http/answer.ts';
import { Lists } from './lists.ts';
import { Recent } from './recent.ts';

/** While somebody holds the whole file, everybody who asks waits: not for long. */
const BUSY_MS = 250;
/** Bytes of answers kept, compressed ones included. */
const ANSWER_BYTES = 64 << 20;

/** An open data file and what is remembered of it. */
export interface View {
  readonly ledger: Ledger;
  readonly lists: Lists;
  /** Answers that stay true until something is committed. */
  readonly answers: Recent<Prepared>;
}

interface Opened extends View {
  readonly dataVersion: () => number;
  version: number;
}

/** The data file as it is at each question, with what is remembered of it. */
export class LedgerSource {
  readonly #source: CurrentFile;
  #opened: Opened | undefined;

  constructor(file: string) {
    this.#source = new CurrentFile(file, BUSY_MS);
  }

  /** An answer that is still true, where it was given before. */
  remembered(key: string): Prepared | undefined {
    return this.#current().answers.get(key);
  }

  /**
   * Answers from one state of the file.
   * @throws DataFileError or LockedError where the file cannot be used; the next question opens it again
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
   * As {@link ask}, and lets signals be heard meanwhile. Nothing else may be asked until it has ended.
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

  #current(): Opened {
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

function viewOf(ledger: Ledger): Opened {
  const dataVersion = prepareDataVersion(ledger);
  const answers = new Recent<Prepared>(ANSWER_BYTES);
  return { ledger, lists: new Lists(ledger), answers, dataVersion, version: dataVersion() };
}
