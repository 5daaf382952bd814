import { DataFileError, LockedError } from '../../core/errors.ts';
import { dataFileError } from './failure.ts';
import { isStale, type Ledger, openForReading, type ReaderState, readerState } from './open.ts';

/** The data file as it is at each question: opened when it is there, and again when another one stands in its place. */
export class CurrentFile {
  readonly file: string;
  readonly #busyMs: number | undefined;
  #opened: { readonly ledger: Ledger; readonly state: ReaderState } | undefined;

  /** @param busyMs how long to wait where another program holds the file */
  constructor(file: string, busyMs?: number) {
    this.file = file;
    this.#busyMs = busyMs;
  }

  /**
   * The same object until the file is opened again.
   * @throws DataFileError when it is missing, not a ledger, or of another version
   */
  ledger(): Ledger {
    if (this.#opened !== undefined && isStale(this.#opened.ledger, this.#opened.state)) this.close();
    this.#opened ??= this.#open();
    return this.#opened.ledger;
  }

  /** Puts an error into words; what is wrong with the file may be mended by putting another one in its place. */
  understand(error: unknown): unknown {
    const told = dataFileError(this.file, error);
    if (told instanceof DataFileError || told instanceof LockedError) this.close();
    return told;
  }

  close(): void {
    this.#opened?.ledger.close();
    this.#opened = undefined;
  }

  #open(): { ledger: Ledger; state: ReaderState } {
    // Before opening: a file that takes its place meanwhile is then seen at the next question.
    const state = readerState(this.file);
    return { ledger: openForReading(this.file, this.#busyMs), state };
  }
}
