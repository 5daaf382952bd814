import { DataFileError, LockedError } from '../../core/errors.ts';
import { identityOf } from './disk/fileIdentity.ts';
import { dataFileError } from './failure.ts';
import { type Ledger, openForReading } from './open.ts';
import { stateOf } from './readAside.ts';

interface OpenedFile {
  readonly ledger: Ledger;
  readonly identity: string | null;
  readonly content: string;
}

/** The data file for many questions: opened with the first, and again when another file has taken its place. */
export class CurrentFile {
  readonly file: string;
  readonly #busyMs: number | undefined;
  #opened: OpenedFile | undefined;

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
    // Looked up before opening, so that a file that is replaced meanwhile is noticed at the next question.
    const now = { identity: identityOf(this.file), content: stateOf(this.file) };
    // A file that is read from a copy is out of date with every write.
    const aspect = this.#opened?.ledger.sqlite.name === this.file ? 'identity' : 'content';
    if (this.#opened?.[aspect] !== now[aspect]) this.close();
    this.#opened ??= { ...now, ledger: openForReading(this.file, this.#busyMs) };
    return this.#opened.ledger;
  }

  /** Puts an error into words, and closes the file where it may be replaced to mend that. */
  understand(error: unknown): unknown {
    const failure = dataFileError(this.file, error);
    if (failure instanceof DataFileError || failure instanceof LockedError) this.close();
    return failure;
  }

  close(): void {
    this.#opened?.ledger.close();
    this.#opened = undefined;
  }
}
