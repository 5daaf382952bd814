import { readFileSync } from 'node:fs';
import { type Answer, readStripped, stripAnswer } from './core/endpoints/answer.ts';
import { LedgerError, LockedError, UsageError } from './core/errors.ts';
import { glob } from './core/format/glob.ts';
import { nextInstant, toInstant } from './core/time/instant.ts';
import { hashOf } from './ledger/archive/hash.ts';
import { type GivenAnswer, type ModelAnswer, type ModelChanges, recordAnswers } from './ledger/endpoints/recorder.ts';
import {
  closeSweep,
  hasModels,
  type OpenSweep,
  openSweep,
  type SweepCounts,
  servedModels,
  sweptModels,
} from './ledger/endpoints/sweeps.ts';
import { type LastSaid, lastSaidOf } from './ledger/endpoints/timeline.ts';
import { openForRecording } from './ledger/record/open.ts';
import { requireFile } from './ledger/store/file.ts';
import { acquireLock, acquireSweepLock } from './ledger/store/lock.ts';
import type { Ledger } from './ledger/store/open.ts';
import { transact } from './ledger/store/transaction.ts';
import { readApiKey } from './upstream/openrouter/credentials.ts';
import { type EndpointsClient, openEndpoints } from './upstream/openrouter/fetchEndpoints.ts';
import type { RetryNote } from './upstream/openrouter/fetchList.ts';
import { readLimits } from './upstream/openrouter/requestLimits.ts';
import type { Source } from './upstream/source.ts';

export interface SweepRequest {
  /** The data file. */
  readonly db: string;
  /** The list's address; models are asked for below it. */
  readonly source: Source;
  readonly trigger: 'manual' | 'cron' | 'daemon';
  /** Only the models that match this pattern. */
  readonly model?: string | undefined;
  /** Between two requests, in milliseconds. */
  readonly pauseMs: number;
  /** Keep status and uptimes too. */
  readonly telemetry?: boolean | undefined;
  readonly mustExist?: boolean | undefined;
  /** How long to wait for another sweep to end, in milliseconds. */
  readonly waitMs?: number | undefined;
}

export interface SweepDependencies {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly userAgent: string;
  /** @throws when `signal` ends the wait */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since some moment: a clock that nobody sets. */
  readonly elapsedMs: () => number;
  readonly onRetry: (note: RetryNote) => void;
  readonly onFailure: (failure: Failure) => void;
  readonly onProgress: (done: number, total: number) => void;
}

/** A model that could not be had; it keeps its last state. */
export interface Failure {
  readonly model: string;
  readonly code: string;
  readonly message: string;
}

export interface SweepResult extends SweepCounts {
  readonly id: number;
  readonly status: 'complete' | 'partial' | 'failed';
  readonly isResumed: boolean;
  /** Stopped by a signal; the next sweep goes on from here. */
  readonly isStopped: boolean;
  readonly failures: readonly Failure[];
  readonly changes: readonly ModelChanges[];
  /** Endpoints that could not be believed; they keep their last state. */
  readonly setAside: readonly { readonly model: string; readonly reason: string }[];
}

interface SizedAnswer extends GivenAnswer {
  /** Endpoints in it, believable or not. */
  readonly size: number;
}

/** What came so far is written together: the lock is held for a moment, and never while upstream is waited for. */
const WRITE_EVERY_MS = 5000;
const BATCH = 100;
/** Longer than any list sync may hold the lock. */
const TURN_WAIT_MS = 600_000;
/** Whoever asks for a stop does not wait for that. */
const STOP_WAIT_MS = 1000;
/** Upstream does not answer, or not to us: asking on would be no use and no courtesy. */
const MOST_FAILURES = 20;
const MOST_REFUSALS = 3;
/** More models than these, and more than half of all, do not lose their endpoints in one sweep. */
const MOST_EMPTIED = 10;

/**
 * One sweep: asks about every listed model, one after the other, and records what each answered. What could be had is
 * kept, whatever happens later.
 * @throws LedgerError of the kind that tells what failed
 */
export async function sweep(request: SweepRequest, dependencies: SweepDependencies): Promise<SweepResult> {
  const { source, db } = request;
  if (source.kind !== 'url') {
    throw new UsageError('no_url', 'Endpoints are asked for below the address of the list; nothing was asked.', {
      hint: 'Give --source the URL of the list, or import saved answers: model-ledger import endpoints.',
    });
  }
  // Without a list there is nothing to ask about, and a file made now would be an empty one.
  requireFile(db);
  const lock = await acquireSweepLock(db, { waitMs: request.waitMs, signal: dependencies.signal });
  try {
    const client = await openClient(source.url, dependencies);
    try {
      return await new Sweep(request, dependencies, client, source.label).run();
    } finally {
      await client.close();
    }
  } finally {
    lock.release();
  }
}

function openClient(url: URL, { env, userAgent, signal, onRetry, wait }: SweepDependencies): Promise<EndpointsClient> {
  const apiKey = readApiKey(env, (path) => readFileSync(path, 'utf8'));
  return openEndpoints({ url, apiKey, env, userAgent, signal, onRetry, wait, limits: readLimits(env) });
}

class Sweep {
  readonly #request: SweepRequest;
  readonly #dependencies: SweepDependencies;
  readonly #client: EndpointsClient;
  readonly #label: string;
  readonly #pending: ModelAnswer[] = [];
  readonly #changes: ModelChanges[] = [];
  readonly #failures: Failure[] = [];
  readonly #setAside: { model: string; reason: string }[] = [];
  /** Models that served something and are said to have no endpoints now: believed together, at the end. */
  readonly #emptied: ModelAnswer[] = [];
  #counts: { -readonly [Key in keyof SweepCounts]: number } = {
    ...{ modelsAsked: 0, modelsAnswered: 0, modelsWithout: 0, modelsFailed: 0, endpointsSeen: 0, requests: 0 },
  };
  #known: ReadonlyMap<string, LastSaid> = new Map();
  #lastWrite = 0;
  #requestsBefore = 0;
  #inARow = 0;
  #refusals = 0;

  constructor(request: SweepRequest, dependencies: SweepDependencies, client: EndpointsClient, label: string) {
    this.#request = request;
    this.#dependencies = dependencies;
    this.#client = client;
    this.#label = label;
  }

  async run(): Promise<SweepResult> {
    const { signal } = this.#dependencies;
    const { open, models } = await this.#begin();
    const settled = new Set(open.settled);
    const asked = new Set<string>();
    let plan = models;
    while (plan.length > 0 && !this.#isOver) {
      await this.#ask(open, plan, settled, asked);
      // Models that the list has gained meanwhile.
      if (!this.#isOver) plan = await this.#turn((ledger) => this.#plan(ledger));
      plan = plan.filter((id) => !settled.has(id) && !asked.has(id));
    }
    const isStopped = signal.aborted;
    if (!isStopped) this.#judgeEmptied();
    const status = this.#status();
    await this.#flush((ledger) => {
      if (!isStopped && status !== 'failed') this.#noteUnlisted(ledger, open, settled);
      this.#write(ledger, open);
      if (!isStopped) closeSweep(ledger, open.id, this.#end(status));
    });
    return {
      ...this.#counts,
      ...{ id: open.id, isResumed: open.isResumed, isStopped, status: isStopped ? 'partial' : status },
      ...{ failures: this.#failures, changes: this.#changes, setAside: this.#setAside },
    };
  }

  async #begin(): Promise<{ open: OpenSweep; models: string[] }> {
    const { trigger, model: narrowedTo = null } = this.#request;
    return await this.#turn((ledger) => {
      if (!hasModels(ledger)) {
        throw new UsageError('no_list', 'The ledger holds no list, so there is no model to ask about.', {
          hint: 'Run model-ledger sync to fetch it first.',
        });
      }
      const models = this.#plan(ledger);
      if (models.length === 0 && narrowedTo !== null) {
        throw new UsageError('no_match', `No listed model matches "${narrowedTo}"; nothing was asked.`);
      }
      const open = openSweep(ledger, { trigger, source: this.#label, narrowedTo }, this.#dependencies.now());
      const { modelsAsked, modelsAnswered, modelsWithout, modelsFailed, endpointsSeen, requests } = open;
      this.#counts = { modelsAsked, modelsAnswered, modelsWithout, modelsFailed, endpointsSeen, requests };
      this.#requestsBefore = requests;
      this.#known = lastSaidOf(ledger);
      this.#lastWrite = this.#dependencies.elapsedMs();
      return { open, models: models.filter((id) => !open.settled.has(id)) };
    });
  }

  #plan(ledger: Ledger): string[] {
    const isWanted = this.#isWanted();
    return sweptModels(ledger).filter(isWanted);
  }

  #isWanted(): (id: string) => boolean {
    const { model } = this.#request;
    return model === undefined ? () => true : glob(model);
  }

  async #ask(open: OpenSweep, plan: readonly string[], settled: Set<string>, asked: Set<string>): Promise<void> {
    const { signal, wait, onProgress } = this.#dependencies;
    const total = settled.size + this.#failures.length + plan.length;
    for (const model of plan) {
      if (asked.size > 0 && this.#request.pauseMs > 0) await wait(this.#request.pauseMs, signal).catch(() => {});
      if (this.#isOver) return;
      asked.add(model);
      if (await this.#askOne(open, model)) settled.add(model);
      onProgress(settled.size + this.#failures.length, total);
      if (this.#isDue) await this.#flush((ledger) => this.#write(ledger, open));
    }
  }

  /** Whether the model's answer could be had. */
  async #askOne(open: OpenSweep, model: string): Promise<boolean> {
    let answer: SizedAnswer | 'none';
    try {
      const said = await this.#client.ask(model);
      answer = said.kind === 'none' ? 'none' : this.#read(model, said.body);
    } catch (error) {
      if (!(error instanceof LedgerError) || error.exitCode === 2) throw error;
      if (this.#dependencies.signal.aborted) return false;
      this.#fail({ model, code: error.code, message: error.message }, error);
      return false;
    }
    this.#inARow = 0;
    this.#refusals = 0;
    this.#counts.modelsAsked += 1;
    this.#counts.modelsAnswered += 1;
    if (answer === 'none' || answer.size === 0) this.#counts.modelsWithout += 1;
    if (answer !== 'none') this.#counts.endpointsSeen += answer.size;
    const given = { model, observedAt: this.#instant(open), answer };
    const isEmptied = (answer === 'none' || answer.size === 0) && this.#known.get(model)?.kind === 'endpoints';
    (isEmptied ? this.#emptied : this.#pending).push(given);
    return true;
  }

  /** @throws RejectedError where nothing of it may be believed */
  #read(model: string, body: Buffer): SizedAnswer {
    const stripped = stripAnswer(body);
    const { bytes: text, telemetry } = stripped;
    const sha256 = hashOf(text);
    let answer: Answer | undefined;
    const read = (): Answer => (answer ??= readStripped(stripped, model));
    // What was believed before needs no second look.
    if (this.#known.get(model)?.sha256 !== sha256) this.#noteSetAside(model, read());
    return { text, sha256, read, size: telemetry.length };
  }

  #noteSetAside(model: string, { broken }: Answer): void {
    for (const { label, issues } of broken) {
      const reason = `${label?.provider ?? 'an endpoint'}: ${issues[0]?.path ?? ''}: ${issues[0]?.reason ?? ''}`;
      this.#setAside.push({ model, reason });
    }
  }

  /** An address that answers 404 to everything tells nothing of the models: what it says is not believed. */
  #judgeEmptied(): void {
    const emptied = this.#emptied.splice(0);
    const { modelsAnswered } = this.#counts;
    if (emptied.length <= MOST_EMPTIED || emptied.length <= modelsAnswered / 2) {
      this.#pending.push(...emptied);
      return;
    }
    const message = `${emptied.length} of ${modelsAnswered} models are said to have no endpoints all at once`;
    for (const { model } of emptied) this.#failures.push({ model, code: 'too_many_gone', message });
    this.#counts.modelsAnswered -= emptied.length;
    this.#counts.modelsWithout -= emptied.length;
    this.#counts.modelsFailed += emptied.length;
  }

  #fail(failure: Failure, error: LedgerError): void {
    const status = 'httpStatus' in error ? error.httpStatus : null;
    this.#counts.modelsAsked += 1;
    this.#counts.modelsFailed += 1;
    this.#failures.push(failure);
    this.#inARow += 1;
    this.#refusals = status === 401 || status === 403 || status === 429 ? this.#refusals + 1 : 0;
    this.#dependencies.onFailure(failure);
  }

  get #isDue(): boolean {
    return this.#pending.length >= BATCH || this.#dependencies.elapsedMs() - this.#lastWrite >= WRITE_EVERY_MS;
  }

  get #isOver(): boolean {
    return this.#dependencies.signal.aborted || this.#hasGivenUp;
  }

  get #hasGivenUp(): boolean {
    return this.#inARow >= MOST_FAILURES || this.#refusals >= MOST_REFUSALS;
  }

  /** When an answer had arrived; never before the sweep began, whatever is done to the clock. */
  #instant({ startedAt }: OpenSweep): string {
    const now = this.#dependencies.now();
    return toInstant(now) < startedAt ? startedAt : toInstant(now);
  }

  /** Models that served something and are on the list no more are not asked, and that is an answer too. */
  #noteUnlisted(ledger: Ledger, open: OpenSweep, settled: ReadonlySet<string>): void {
    if (this.#hasGivenUp) return;
    const listed = new Set(sweptModels(ledger));
    const isWanted = this.#isWanted();
    for (const model of servedModels(ledger)) {
      if (listed.has(model) || settled.has(model) || !isWanted(model)) continue;
      this.#pending.push({ model, observedAt: this.#instant(open), answer: 'unlisted' });
    }
  }

  #status(): SweepResult['status'] {
    const { modelsAnswered, modelsFailed } = this.#counts;
    if (modelsFailed === 0 && !this.#hasGivenUp) return 'complete';
    return modelsAnswered === 0 ? 'failed' : 'partial';
  }

  #end(status: SweepResult['status']) {
    const [first] = this.#failures;
    const { modelsAsked, modelsFailed } = this.#counts;
    const many = `${modelsFailed} of ${modelsAsked} models could not be had`;
    return {
      ...this.#counts,
      ...{ status, finishedAt: nextInstant(this.#dependencies.now(), null), errorCode: first?.code ?? null },
      errorMessage:
        first === undefined ? null : `${many}${this.#hasGivenUp ? ', then it was given up' : ''}: ${first.message}`,
    };
  }

  #write(ledger: Ledger, open: OpenSweep): void {
    this.#counts.requests = this.#requestsBefore + this.#client.requests();
    const batch = this.#pending.splice(0);
    this.#lastWrite = this.#dependencies.elapsedMs();
    const { telemetry } = this.#request;
    this.#changes.push(...recordAnswers(ledger, open, this.#counts, batch, { telemetry }));
  }

  /** Writes what has gathered. Where a stop comes in between it stays unwritten: the next sweep asks again. */
  async #flush(work: (ledger: Ledger) => void): Promise<void> {
    try {
      await this.#turn(work);
    } catch (error) {
      const isLock = error instanceof LockedError || (error instanceof Error && error.name === 'AbortError');
      if (!this.#dependencies.signal.aborted || !isLock) throw error;
    }
  }

  /** A turn with the lock: short, so that a list sync beside the sweep is never late by it. */
  async #turn<T>(work: (ledger: Ledger) => T): Promise<T> {
    const { signal } = this.#dependencies;
    const patience = signal.aborted ? { waitMs: STOP_WAIT_MS } : { waitMs: TURN_WAIT_MS, signal };
    const lock = await acquireLock(this.#request.db, patience);
    try {
      const ledger = await openForRecording(this.#request.db, lock);
      try {
        return transact(ledger, () => work(ledger));
      } finally {
        ledger.close();
      }
    } finally {
      lock.release();
    }
  }
}
