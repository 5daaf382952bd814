import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { type Decoder, decoderOf } from './contentEncoding.ts';
import { AuthenticationRequired, BodyTooLarge, BrokenOff } from './faults.ts';

/** An answer with its decoded body. */
export interface HttpAnswer {
  readonly status: number;
  /** Looks up a header by its lower-case name; several of the same name are joined by commas. */
  readonly header: (name: string) => string | null;
  readonly body: Buffer;
  /** Whether the body arrived to its end and was no larger than allowed. */
  readonly isWhole: boolean;
}

export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborts the request at once. */
  readonly signal: AbortSignal;
  /** How many bytes of the decoded body to read of an answer with this status. */
  readonly most: (status: number) => number;
}

type Controller = Pick<Dispatcher.DispatchController, 'abort'>;

/**
 * One request and its whole answer, told step by step by undici's dispatcher or by Node's own client.
 * `fetch` is not used because the streams, headers and signal that it creates take several times as long as a small
 * request itself.
 * {@link answer} rejects with BrokenOff, the connection's error, or the signal's reason.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<HttpAnswer>;
  readonly #request: HttpRequest;
  readonly #onAbort = (): void => this.#breakOff(() => this.#fail(this.#request.signal.reason));
  readonly #chunks: Buffer[] = [];
  #settle: (answer: HttpAnswer) => void = () => {};
  #fail: (reason: unknown) => void = () => {};
  #controller: Controller | undefined;
  #isOver = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #most = 0;
  #decoder: Decoder = (body) => body;
  #bytes = 0;

  constructor(request: HttpRequest) {
    this.#request = request;
    this.answer = new Promise((settle, fail) => {
      this.#settle = settle;
      this.#fail = fail;
    });
    request.signal.addEventListener('abort', this.#onAbort);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(OVER);
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    this.#most = this.#request.most(status);
    try {
      if (status === 407) throw new AuthenticationRequired();
      this.#decoder = decoderOf(headerText(headers['content-encoding']));
    } catch (error) {
      this.#breakOff(() => this.#fail(error));
    }
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > this.#most) this.#breakOff(() => this.#answerInPart());
  }

  onResponseEnd(): void {
    this.#end(() => this.#decode());
  }

  onResponseError(_: unknown, error: Error): void {
    this.#end(() => {
      if (this.#status === 0) this.#fail(error);
      else if (this.#status === 200) this.#fail(new BrokenOff(error));
      else this.#answerInPart();
    });
  }

  #end(settle: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#request.signal.removeEventListener('abort', this.#onAbort);
    settle();
  }

  /** Ends before the whole answer has arrived, which closes the connection. */
  #breakOff(settle: () => void): void {
    this.#end(settle);
    this.#controller?.abort(OVER);
  }

  get #raw(): Buffer {
    return Buffer.concat(this.#chunks, this.#bytes);
  }

  /** Of an error's explanation, as much is kept as has arrived; half a list is of no use. */
  #answerInPart(): void {
    this.#answer(this.#status === 200 ? Buffer.alloc(0) : this.#raw, false);
  }

  #decode(): void {
    try {
      this.#answer(this.#decoder(this.#raw, this.#most), true);
    } catch (error) {
      if (error instanceof BodyTooLarge || this.#status !== 200) this.#answer(Buffer.alloc(0), false);
      else this.#fail(error);
    }
  }

  #answer(body: Buffer, isWhole: boolean): void {
    const header = (name: string): string | null => headerText(this.#headers[name]);
    this.#settle({ status: this.#status, header, body, isWhole });
  }
}

/** Shared, because creating an error with its stack would be most of the cost of a small request. */
const OVER = new Error('nobody waits for more of this answer');

/** Blanks around a header's value are no part of it (RFC 9110, 5.5); the parser leaves those behind it. */
export function headerText(value: string | readonly string[] | undefined): string | null {
  if (value === undefined) return null;
  return (typeof value === 'string' ? value : value.join(', ')).trim();
}
