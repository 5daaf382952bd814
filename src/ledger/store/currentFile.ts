import { DataFileError, LockedError } from '../../core/errors.ts';
import { identityOf } from './disk/fileIdentity.ts';
import { dataFileError } from './failure.ts';
import { type Ledger, openForReading } from './open.ts';
import { stateOf } from './readAside.ts';

interface Opened {
  readonly ledger: Ledger;
  readonly identity: string | null;
  readonly content: string;
}

/** The data file as it is at each question: opened when it is there, and again when another one stands in its place. */
export class CurrentFile {
  readonly file: string;
  readonly #busyMs: number | undefined;
  #opened: Opened | undefined;

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
    // Before opening: a file that takes its place meanwhile is then seen at the next question.
    const now = { identity: identityOf(this.file), content: stateOf(this.file) };
    if (this.#opened !== undefined && isStale(this.#opened, now)) this.close();
    this.#opened ??= { ...now, ledger: openForReading(this.file, this.#busyMs) };
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
}

/** The place of the file, of whose copies every write makes another one. */
function isStale({ ledger, ...then }: Opened, now: Omit<Opened, 'ledger'>): boolean {
  return ledger.sqlite.name === ledger.file ? then.identity !== now.identity : then.content !== now.content;
}
