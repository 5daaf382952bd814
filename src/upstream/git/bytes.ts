import type { Readable } from 'node:stream';

/** Reads lines and given numbers of bytes from a stream, and no more of it than needed. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The bytes before the next line feed, or all that are left if there is none. */
  async readLine(): Promise<Buffer> {
    let end = this.#rest.indexOf(0x0a);
    while (end < 0) {
      const chunk = await this.#next();
      if (chunk === undefined) return this.#take(this.#rest.length);
      const searched = this.#rest.length;
      this.#rest = Buffer.concat([this.#rest, chunk]);
      end = this.#rest.indexOf(0x0a, searched);
    }
    const line = this.#take(end);
    this.#take(1);
    return line;
  }

  /**
   * Reads so many bytes into a buffer of their own.
   * @throws RangeError when the stream ends before that
   */
  async read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    let filled = this.#rest.copy(bytes);
    this.#take(filled);
    while (filled < length) {
      const chunk = await this.#next();
      if (chunk === undefined) throw new RangeError(`the stream ended ${length - filled} bytes early`);
      const used = chunk.copy(bytes, filled);
      filled += used;
      this.#rest = chunk.subarray(used);
    }
    return bytes;
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  async #next(): Promise<Buffer | undefined> {
    const { done, value } = await this.#chunks.next();
    return done ? undefined : value;
  }
}
