// Longer than other files: the state of a sweep that is under way, which is to change in one place only.
import { SweepTally } from '../../../core/endpoints/tally.ts';
import { nextInstant, toInstant } from '../../../core/time/instant.ts';
import type { ReportedChanges } from '../../endpoints/observedAnswer.ts';
import { PendingAnswers } from '../../endpoints/pendingAnswers.ts';
import { type IsWanted, planSweep, sweptModels, unlistedModels } from '../../endpoints/plan.ts';
import { recordAnswers } from '../../endpoints/recorder.ts';
import { withDrift } from '../../endpoints/settle.ts';
import { closeSweep, type OpenSweep, openSweep, type SweepPlan } from '../../endpoints/sweeps.ts';
import { lastAnswersOf } from '../../endpoints/timeline.ts';
import type { Ledger } from '../../store/open.ts';
import { type Turns, takeTurns } from './turns.ts';

export interface UnderWayDependencies {
  readonly telemetry?: boolean | undefined;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly elapsedMs: () => number;
  readonly onWarning?: ((words: string) => void) | undefined;
}

/** How often gathered answers are written: the lock is held for moments only, never while waiting for upstream. */
const WRITE_EVERY_MS = 5000;
/** How many new answers are written together; those that are the same as before cost next to nothing. */
const BATCH = 50;

/** A sweep under way: gathers answers and writes them in batches, one turn with the lock each. */
export class SweepUnderWay {
  readonly tally: SweepTally;
  /** The models to ask about, in order. */
  readonly models: readonly string[];
  readonly #turns: Turns;
  readonly #open: OpenSweep;
  readonly #isWanted: IsWanted;
  readonly #dependencies: UnderWayDependencies;
  readonly #pending: PendingAnswers;
  readonly #taken: Set<string>;
  #changes: readonly ReportedChanges[] = [];
  #lastWrite: number;
  #planned: number;

  /**
   * Begins a sweep, or resumes one that was stopped.
   * @throws UsageError where there is no model to ask about
   */
  static async begin(file: string, plan: SweepPlan, dependencies: UnderWayDependencies): Promise<SweepUnderWay> {
    const turns = takeTurns(file, dependencies.signal, dependencies.onWarning);
    return await turns.first((ledger) => new SweepUnderWay(ledger, turns, plan, dependencies));
  }

  private constructor(ledger: Ledger, turns: Turns, plan: SweepPlan, dependencies: UnderWayDependencies) {
    const { models, isWanted } = planSweep(ledger, plan.narrowedTo);
    this.#open = openSweep(ledger, plan, dependencies.now());
    this.#taken = new Set(this.#open.answered);
    this.models = models.filter((id) => !this.#taken.has(id));
    this.tally = new SweepTally(this.#open.counts);
    this.#turns = turns;
    this.#isWanted = isWanted;
    this.#dependencies = dependencies;
    this.#pending = new PendingAnswers(lastAnswersOf(ledger, models));
    this.#planned = models.length;
    this.#lastWrite = dependencies.elapsedMs();
  }

  /**
   * Takes an answer, to be written with others.
   * @param body null: it has no endpoints now
   * @throws RejectedError where it is no answer about the model
   */
  take(model: string, at: Date, body: Buffer | null): void {
    this.tally.answered(this.#pending.take(model, this.#instant(at), body));
    this.#taken.add(model);
  }

  /** How many models have been asked about, answered or not. */
  get done(): number {
    return this.tally.counts.modelsAsked;
  }

  get total(): number {
    return Math.max(this.#planned, this.done);
  }

  get isDue(): boolean {
    return this.#pending.news >= BATCH || this.#dependencies.elapsedMs() - this.#lastWrite >= WRITE_EVERY_MS;
  }

  /** Writes what has been gathered; after a stop this may fail, and the next sweep asks again. */
  async record(): Promise<void> {
    await this.#turns.next((ledger) => this.#write(ledger));
  }

  /**
   * Writes the rest and ends the sweep; one that was stopped stays open, to be resumed by the next.
   * @returns models that the list has gained meanwhile: if there are any, the sweep has not ended yet
   */
  async recordAndEnd(): Promise<readonly string[]> {
    const { signal, now } = this.#dependencies;
    if (signal.aborted) await this.record();
    if (signal.aborted) return [];
    const newcomers = await this.#turns.next((ledger) => {
      const more = this.#newcomers(ledger);
      if (more.length === 0) this.#judge(ledger);
      this.#write(ledger);
      const { counts, status, error } = this.tally;
      const end = { ...counts, ...error, status, finishedAt: nextInstant(now(), null) };
      if (more.length === 0) closeSweep(ledger, this.#open.id, end);
      return more;
    });
    this.#planned += newcomers?.length ?? 0;
    return newcomers ?? [];
  }

  get result() {
    const { id, isResumed } = this.#open;
    const isStopped = this.#dependencies.signal.aborted;
    const { counts, status, failures, isHopeless: isGivenUp } = this.tally;
    return {
      ...counts,
      id,
      isResumed,
      isStopped,
      status: isStopped ? ('partial' as const) : status,
      failures,
      isGivenUp,
      changes: this.#changes,
      setAside: this.#pending.setAside,
    };
  }

  /** When an answer arrived; never before the start of the sweep, even if the clock was set back. */
  #instant(at: Date): string {
    const { startedAt } = this.#open;
    return toInstant(at) < startedAt ? startedAt : toInstant(at);
  }

  #newcomers(ledger: Ledger): string[] {
    if (this.tally.isHopeless) return [];
    const failed = new Set(this.tally.failures.map(({ model }) => model));
    return sweptModels(ledger).filter((id) => this.#isWanted(id) && !this.#taken.has(id) && !failed.has(id));
  }

  /** At the end: decides whether models really lost all endpoints, and adds those that are no longer listed. */
  #judge(ledger: Ledger): void {
    this.#pending.judgeEmptied(this.tally);
    if (this.tally.isHopeless || this.tally.status === 'failed') return;
    const unlisted = unlistedModels(ledger).filter((id) => !this.#taken.has(id) && this.#isWanted(id));
    this.#pending.takeUnlisted(unlisted, this.#instant(this.#dependencies.now()));
  }

  #write(ledger: Ledger): void {
    const { elapsedMs, telemetry } = this.#dependencies;
    this.#lastWrite = elapsedMs();
    const changes = recordAnswers(ledger, this.#open, this.tally.counts, this.#pending.handOver(), { telemetry });
    this.#changes = withDrift(ledger, this.#open.id, [...this.#changes, ...changes]);
  }
}
