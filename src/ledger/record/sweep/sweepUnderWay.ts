import { SweepTally } from '../../../core/endpoints/tally.ts';
import { LockedError } from '../../../core/errors.ts';
import { nextInstant, toInstant } from '../../../core/time/instant.ts';
import { Gathered } from '../../endpoints/gathered.ts';
import type { ModelChanges } from '../../endpoints/look.ts';
import { type IsWanted, planSweep, sweptModels, unlistedModels } from '../../endpoints/plan.ts';
import { recordAnswers } from '../../endpoints/recorder.ts';
import { withDrift } from '../../endpoints/settle.ts';
import { closeSweep, type OpenSweep, openSweep, type SweepPlan } from '../../endpoints/sweeps.ts';
import { type LastSaid, lastSaidOf } from '../../endpoints/timeline.ts';
import type { Ledger } from '../../store/open.ts';
import { takeTurn } from './turn.ts';

export interface UnderWayDependencies {
  readonly telemetry?: boolean | undefined;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly elapsedMs: () => number;
  readonly onWarning?: ((words: string) => void) | undefined;
}

/** What came so far is written together: the lock is held for a moment, and never while upstream is waited for. */
const WRITE_EVERY_MS = 5000;
/** Of answers that say something new; what is the same as before costs nothing. */
const BATCH = 50;
/** Longer than any list sync may hold the lock. */
const TURN_WAIT_MS = 600_000;
/** Whoever asks for a stop does not wait for that. */
const STOP_WAIT_MS = 1000;
const KEPT = 'what was recorded before it stays, and the next sweep goes on from there';

/** A sweep from its first turn with the lock to its last: answers gather here, and are written a batch a turn. */
export class SweepUnderWay {
  readonly tally: SweepTally;
  /** To be asked about, in this order. */
  readonly models: readonly string[];
  readonly #file: string;
  readonly #open: OpenSweep;
  readonly #isWanted: IsWanted;
  readonly #dependencies: UnderWayDependencies;
  readonly #gathered: Gathered;
  readonly #taken: Set<string>;
  #changes: readonly ModelChanges[] = [];
  #lastWrite: number;
  #planned: number;

  /**
   * Begins a sweep, or goes on with one that was stopped.
   * @throws UsageError where there is no model to ask about
   */
  static async begin(file: string, plan: SweepPlan, dependencies: UnderWayDependencies): Promise<SweepUnderWay> {
    const { now, signal, onWarning } = dependencies;
    const work = (ledger: Ledger): SweepUnderWay => {
      const { models, isWanted } = planSweep(ledger, plan.narrowedTo);
      const open = openSweep(ledger, plan, now());
      return new SweepUnderWay(file, { open, models, isWanted, known: lastSaidOf(ledger, models) }, dependencies);
    };
    return await takeTurn(file, { waitMs: TURN_WAIT_MS, signal }, work, { onWarning });
  }

  private constructor(file: string, begun: Begun, dependencies: UnderWayDependencies) {
    const { open, models, isWanted, known } = begun;
    this.tally = new SweepTally(open.counts);
    this.models = models.filter((id) => !open.settled.has(id));
    this.#file = file;
    this.#open = open;
    this.#isWanted = isWanted;
    this.#dependencies = dependencies;
    this.#gathered = new Gathered(known);
    this.#taken = new Set(open.settled);
    this.#planned = models.length;
    this.#lastWrite = dependencies.elapsedMs();
  }

  /**
   * Takes what was learned of a model, to be recorded with the others.
   * @param body null: it has no endpoints now
   * @throws RejectedError where nothing of it may be believed
   */
  take(model: string, at: Date, body: Buffer | null): void {
    this.tally.answered(this.#gathered.take(model, this.#instant(at), body));
    this.#taken.add(model);
  }

  /** Models that are through, answered or not. */
  get done(): number {
    return this.tally.counts.modelsAsked;
  }

  get total(): number {
    return Math.max(this.#planned, this.done);
  }

  get isDue(): boolean {
    const { elapsedMs } = this.#dependencies;
    return this.#gathered.news >= BATCH || elapsedMs() - this.#lastWrite >= WRITE_EVERY_MS;
  }

  /** Writes what has gathered. Where a stop comes in between it stays unwritten: the next sweep asks again. */
  async record(): Promise<void> {
    await this.#turn((ledger) => this.#write(ledger));
  }

  /**
   * Writes the rest, and ends the sweep; one that was stopped stays open, for the next to go on with.
   * @returns models that the list has gained meanwhile: then it has not ended yet
   */
  async recordAndEnd(): Promise<readonly string[]> {
    const { signal, now } = this.#dependencies;
    if (signal.aborted) await this.record();
    if (signal.aborted) return [];
    const newcomers = await this.#turn((ledger) => {
      const more = this.#newcomers(ledger);
      if (more.length === 0) this.#judge(ledger);
      this.#write(ledger);
      if (more.length > 0) return more;
      const { counts, status, error } = this.tally;
      closeSweep(ledger, this.#open.id, { ...counts, ...error, status, finishedAt: nextInstant(now(), null) });
      return more;
    });
    this.#planned += newcomers?.length ?? 0;
    return newcomers ?? [];
  }

  get result() {
    const { id, isResumed } = this.#open;
    const isStopped = this.#dependencies.signal.aborted;
    const { counts, status, failures } = this.tally;
    return {
      ...counts,
      ...{ id, isResumed, isStopped, status: isStopped ? ('partial' as const) : status, failures },
      isGivenUp: this.tally.isHopeless,
      ...{ changes: this.#changes, setAside: this.#gathered.setAside },
    };
  }

  /** When an answer had arrived; never before the sweep began, whatever is done to the clock. */
  #instant(at: Date): string {
    const { startedAt } = this.#open;
    return toInstant(at) < startedAt ? startedAt : toInstant(at);
  }

  #newcomers(ledger: Ledger): string[] {
    if (this.tally.isHopeless) return [];
    const failed = new Set(this.tally.failures.map(({ model }) => model));
    return sweptModels(ledger).filter((id) => this.#isWanted(id) && !this.#taken.has(id) && !failed.has(id));
  }

  /** At the end: whether what many models are said to have lost is believed; what is listed no more was not asked. */
  #judge(ledger: Ledger): void {
    this.#gathered.judgeEmptied(this.tally);
    if (this.tally.isHopeless || this.tally.status === 'failed') return;
    const unlisted = unlistedModels(ledger).filter((id) => !this.#taken.has(id) && this.#isWanted(id));
    this.#gathered.takeUnlisted(unlisted, this.#instant(this.#dependencies.now()));
  }

  #write(ledger: Ledger): void {
    const { elapsedMs, telemetry } = this.#dependencies;
    const batch = this.#gathered.handOver();
    this.#lastWrite = elapsedMs();
    const changes = recordAnswers(ledger, this.#open, this.tally.counts, batch, { telemetry });
    this.#changes = withDrift(ledger, this.#open.id, [...this.#changes, ...changes]);
  }

  /** Undefined where a stop came before the lock could be had. */
  async #turn<T>(work: (ledger: Ledger) => T): Promise<T | undefined> {
    const { signal, onWarning } = this.#dependencies;
    const lockOptions = signal.aborted ? { waitMs: STOP_WAIT_MS } : { waitMs: TURN_WAIT_MS, signal };
    try {
      return await takeTurn(this.#file, lockOptions, work, { before: KEPT, onWarning });
    } catch (error) {
      const isLock = error instanceof LockedError || (error instanceof Error && error.name === 'AbortError');
      if (!signal.aborted || !isLock) throw error;
      return undefined;
    }
  }
}

interface Begun {
  readonly open: OpenSweep;
  readonly models: readonly string[];
  readonly isWanted: IsWanted;
  readonly known: ReadonlyMap<string, LastSaid>;
}
