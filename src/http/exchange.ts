import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { type Decoder, decoderOf } from './contentEncoding.ts';
import { AuthenticationRequired, BodyTooLarge, BrokenOff } from './faults.ts';

/** An answer with its decoded body. */
export interface HttpAnswer {
  readonly status: number;
  /** A header by its name in lower case; several of one name are joined by commas. */
  readonly header: (name: string) => string | null;
  readonly body: Buffer;
  /** Whether the body ended, and within what was allowed. */
  readonly isWhole: boolean;
}

export interface Request {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request at once. */
  readonly signal: AbortSignal;
  /** Bytes of the decoded body that are wanted of an answer with this status; what is beyond them is not read. */
  readonly most: (status: number) => number;
}

/** Whatever carries a request, as far as an {@link Exchange} has to do with it. */
interface Controller {
  readonly abort: (reason: Error) => void;
}

/**
 * One request on its way to an answer with its whole body, told step by step by what carries it. Not `fetch`: what that
 * makes of a small answer (streams, headers, a signal of its own) takes several times as long as the request.
 * It fails with BrokenOff, with what the connection came to, or with the signal's reason.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<HttpAnswer>;
  readonly #request: Request;
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

  constructor(request: Request) {
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
      this.#decoder = decoderOf(textOf(headers['content-encoding']));
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

  #end(tell: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#request.signal.removeEventListener('abort', this.#onAbort);
    tell();
  }

  /** Ends before the answer does: the connection is of no more use. */
  #breakOff(tell: () => void): void {
    this.#end(tell);
    this.#controller?.abort(OVER);
  }

  get #raw(): Buffer {
    return Buffer.concat(this.#chunks, this.#bytes);
  }

  /** Where the status is the news, what arrived of its explanation is shown; of a list that is too large nothing is. */
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
    const header = (name: string): string | null => textOf(this.#headers[name]);
    this.#settle({ status: this.#status, header, body, isWhole });
  }
}

/** One for all: an error made anew each time, stack and all, is what small requests would mostly pay for. */
const OVER = new Error('nobody waits for more of this answer');

function textOf(value: string | readonly string[] | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : value.join(', ');
}
