import { existsSync } from 'node:fs';
import { messageOf, withoutStop } from '../core/errors.ts';
import { Deadline, within } from '../http/deadline.ts';
import { type Ledger, openBeside } from '../ledger/store/open.ts';
import { type AnnouncedRun, announce } from './announce.ts';
import type { Client, ClientOptions, Reply } from './client.ts';
import { type Sending, sendMessages } from './deliver.ts';
import { type Beat, writePing } from './ping.ts';
import { publishFeeds, publishMetrics } from './publish.ts';
import type { Receivers } from './receivers.ts';
import { type Ending, endingWords } from './summary.ts';

export interface NotifierDependencies extends Pick<ClientOptions, 'env' | 'userAgent' | 'now' | 'lookup'> {
  readonly signal: AbortSignal;
  /** A new random word for the id of a message. */
  readonly randomId: () => string;
  /** Called with a sentence about each thing that could not be told. */
  readonly warn: (text: string) => void;
  /** Brings the PostgreSQL copy of the tables up to date. When stopped, it leaves the copy as it was. */
  readonly copyTables?: (file: string, url: string, over: AbortSignal) => Promise<unknown>;
  /** More will be recorded after the run, so the tables are copied only by {@link Notifier.copy}. */
  readonly copiesLater?: boolean;
  readonly timing?: Partial<NotifyTiming>;
}

/** In milliseconds. */
interface NotifyTiming extends Pick<ClientOptions, 'tryMs' | 'pauseMs'>, Pick<Sending, 'leaseMs'> {
  /** The time limit for everything that is sent after one run; closing the connections may take {@link CLOSE_MS} more. */
  readonly runMs: number;
  /** How long to wait for another process's transaction. */
  readonly busyMs: number;
}

const TIMING: NotifyTiming = { runMs: 8000, tryMs: 3500, pauseMs: 1000, leaseMs: 60_000, busyMs: 1000 };

const CLOSE_MS = 500;

/**
 * Tells people of one run; the next run gets a new one. Nothing here can make the run fail, and everything together ends
 * within its time limit. Long, because all of it shares that limit and one client.
 */
export class Notifier {
  readonly #receivers: Receivers;
  readonly #dependencies: NotifierDependencies;
  readonly #timing: NotifyTiming;
  #client: Promise<Client> | undefined;
  #started: Promise<Reply | undefined> | undefined;
  /** How much of the time limit is left; {@link copy} gets what {@link end} did not use. */
  #leftMs: number;

  constructor(receivers: Receivers, dependencies: NotifierDependencies) {
    this.#receivers = receivers;
    this.#dependencies = dependencies;
    this.#timing = { ...TIMING, ...dependencies.timing };
    this.#leftMs = this.#timing.runMs;
  }

  /** Pings that the run has begun, without waiting for an answer. */
  begin(): void {
    const { ping } = this.#receivers;
    if (ping === undefined) return;
    // A failure is not told here: whatever caused it makes the last ping fail too, which warns.
    const started = this.#bounded(this.#timing.tryMs, (over) => this.#ping(ping, 'start', '', over));
    this.#started = started.catch(() => undefined);
  }

  /** Puts the message about a run into the outbox; called within the run's transaction. */
  enqueue(ledger: Ledger, run: AnnouncedRun): void {
    const { webhook } = this.#receivers;
    if (webhook !== undefined) announce(ledger, webhook, run, this.#dependencies);
  }

  /**
   * The run is over, and its transaction is committed or rolled back: sends messages, and writes feeds and metrics. Never
   * throws, and ends within its time limit whatever receivers do.
   */
  async end(file: string, ending: Ending): Promise<void> {
    const begin = performance.now();
    const { copiesLater = false } = this.#dependencies;
    const isCopiedNow = !copiesLater && ending.recorded !== undefined;
    // Half of the time is kept for a copy that follows, so that a receiver that stalls cannot use it up.
    const share = copiesLater && this.#receivers.postgres !== undefined ? 0.5 : 1;
    await this.#bounded(this.#leftMs * share, async (over) => {
      await Promise.all([
        this.#attempt('The ping', () => this.#sendLastPing(ending, over)),
        this.#attempt('The notices', () => this.#sendAndPublish(file, ending, over)),
        isCopiedNow && this.#attempt('The copy', () => this.#copyTables(file, over)),
      ]);
    });
    const late = new Error('they did not close in time');
    await this.#attempt('The connections', () => within(CLOSE_MS, undefined, late, () => this.#close()));
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - begin));
  }

  /** Copies the tables once everything after the run is recorded. Never throws, and ends within the time that is left. */
  async copy(file: string): Promise<void> {
    await this.#bounded(this.#leftMs, (over) => this.#attempt('The copy', () => this.#copyTables(file, over)));
  }

  async #bounded<T>(ms: number, work: (over: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = new Deadline(ms, this.#dependencies.signal, new Error('there was no time left'));
    try {
      return await work(deadline.signal);
    } finally {
      deadline.end();
    }
  }

  async #close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }

  async #attempt(what: string, work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#dependencies.warn(`${what}: ${withoutStop(messageOf(error))}.`);
    }
  }

  async #sendAndPublish(file: string, ending: Ending, over: AbortSignal): Promise<void> {
    const { webhook, feed, metrics } = this.#receivers;
    // A run that failed before there was a file has left nothing to tell of.
    if ((webhook ?? feed ?? metrics) === undefined || !existsSync(file)) return;
    const ledger = openBeside(file, this.#timing.busyMs);
    const { now, warn } = this.#dependencies;
    try {
      if (webhook) {
        const sending = { webhook, connect: () => this.#connect(), now, warn, leaseMs: this.#timing.leaseMs, over };
        await this.#attempt('The webhook', () => sendMessages(ledger, sending));
      }
      const hasNews = ending.recorded?.status === 'changed';
      if (feed) await this.#attempt('The feeds', () => publishFeeds(ledger, feed, hasNews));
      if (metrics) await this.#attempt('The metrics', () => publishMetrics(ledger, metrics));
    } finally {
      ledger.close();
    }
  }

  async #copyTables(file: string, over: AbortSignal): Promise<void> {
    const { postgres } = this.#receivers;
    if (postgres === undefined || !existsSync(file)) return;
    await this.#dependencies.copyTables?.(file, postgres, over);
  }

  async #sendLastPing(ending: Ending, over: AbortSignal): Promise<void> {
    const { ping } = this.#receivers;
    if (ping === undefined || this.#dependencies.signal.aborted) return;
    await this.#started;
    const { isGood, words } = endingWords(ending);
    const reply = await this.#ping(ping, isGood ? 'success' : 'fail', words, over);
    if (reply.kind !== 'taken') this.#dependencies.warn(`The ping: ${reply.reason}.`);
  }

  async #ping(url: URL, beat: Beat, words: string, over: AbortSignal): Promise<Reply> {
    const client = await this.#connect();
    return await client.post(writePing(url, beat, words), over);
  }

  #connect(): Promise<Client> {
    const { env, userAgent, now, lookup } = this.#dependencies;
    const { tryMs, pauseMs } = this.#timing;
    // Loaded here because it takes 40 ms, which a run that tells nobody should not pay.
    this.#client ??= import('./client.ts').then(({ openClient }) =>
      openClient({ env, userAgent, allow: this.#receivers.allow, tryMs, pauseMs, now, lookup }),
    );
    return this.#client;
  }
}
