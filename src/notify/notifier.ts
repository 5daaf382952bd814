import type { lookup } from 'node:dns';
import { existsSync } from 'node:fs';
import type { Env } from '../config/settings.ts';
import { messageOf, withoutStop } from '../core/errors.ts';
import { Deadline, within } from '../http/deadline.ts';
import { type Ledger, openBeside } from '../ledger/store/open.ts';
import { type AnnouncedRun, announce } from './announce.ts';
import type { Client, Reply } from './client.ts';
import { sendMessages } from './deliver.ts';
import { type Beat, sendPing } from './ping.ts';
import { publishFeeds, publishMetrics } from './publish.ts';
import type { Receivers } from './receivers.ts';
import { type Ending, endingWords } from './summary.ts';

/** What telling people needs of the world around it. */
export interface NotifierDependencies {
  readonly env: Env;
  readonly userAgent: string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** A new random word for a message's id. */
  readonly randomId: () => string;
  /** Takes a line about what could not be told. */
  readonly warn: (text: string) => void;
  /** Brings a copy of the tables up to date; stopped, it leaves the copy as it was. */
  readonly copyTables?: (file: string, url: string, over: AbortSignal) => Promise<unknown>;
  /** More is recorded after the run: the copy waits for {@link Notifier.copy}. */
  readonly copiesLater?: boolean;
  readonly lookup?: typeof lookup;
  readonly timing?: Partial<NotifyTiming>;
}

/** In milliseconds. */
interface NotifyTiming {
  /** For all that is sent after one run, and half a second more for the connections to close. */
  readonly runMs: number;
  readonly tryMs: number;
  /** Between the two tries of one post. */
  readonly pauseMs: number;
  /** For how long a message that is being sent is nobody else's. */
  readonly leaseMs: number;
  /** How long to wait for another process's transaction. */
  readonly busyMs: number;
}

const TIMING: NotifyTiming = { runMs: 8000, tryMs: 3500, pauseMs: 1000, leaseMs: 60_000, busyMs: 1000 };

const CLOSE_MS = 500;

/**
 * Tells people of one run, and is made anew for the next. Nothing here can fail the run, and all of it is over within its
 * time: long as all share that one time and one client.
 */
export class Notifier {
  readonly #receivers: Receivers;
  readonly #dependencies: NotifierDependencies;
  readonly #timing: NotifyTiming;
  #client: Promise<Client> | undefined;
  #started: Promise<Reply | undefined> | undefined;
  /** Of the time for all that is sent; what {@link end} took is gone for {@link copy}. */
  #leftMs: number;

  constructor(receivers: Receivers, dependencies: NotifierDependencies) {
    this.#receivers = receivers;
    this.#dependencies = dependencies;
    this.#timing = { ...TIMING, ...dependencies.timing };
    this.#leftMs = this.#timing.runMs;
  }

  /** The run begins: says so without waiting for an answer. */
  begin(): void {
    const { ping } = this.#receivers;
    if (ping === undefined) return;
    // What hinders it hinders the last ping too, which says so and for which there must be time left.
    const started = this.#bounded(this.#timing.tryMs, (over) => this.#ping(ping, 'start', '', over));
    this.#started = started.catch(() => undefined);
  }

  /** Writes the message of a run; called inside its transaction. */
  enqueue(ledger: Ledger, run: AnnouncedRun): void {
    const { webhook } = this.#receivers;
    if (webhook !== undefined) announce(ledger, webhook, run, this.#dependencies);
  }

  /**
   * The run is over, its transaction committed or undone: sends, and writes feeds and metrics. Never throws, and sending is
   * over in its time whatever receivers do.
   */
  async end(file: string, ending: Ending): Promise<void> {
    const begin = performance.now();
    const { copiesLater = false } = this.#dependencies;
    const isCopiedNow = !copiesLater && ending.recorded !== undefined;
    // Half is for the copy that follows, so that no receiver that stalls takes its time.
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

  /** Brings the copy up to date, after what followed the run. Never throws, and is over in what is left of its time. */
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
    // Where the run made no file there is nothing to tell of.
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
    return await sendPing(await this.#connect(), url, beat, words, over);
  }

  #connect(): Promise<Client> {
    const { env, userAgent, now, lookup } = this.#dependencies;
    const { tryMs, pauseMs } = this.#timing;
    // Loaded here because it costs 40 ms, which a run that tells nobody need not pay.
    this.#client ??= import('./client.ts').then(({ openClient }) =>
      openClient({ env, userAgent, allow: this.#receivers.allow, tryMs, pauseMs, now, lookup }),
    );
    return this.#client;
  }
}
