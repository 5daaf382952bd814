import { type EndpointList, readStripped, stripAnswer } from '../../core/endpoints/answer.ts';
import type { SweepTally } from '../../core/endpoints/tally.ts';
import { hashOf } from '../archive/hash.ts';
import type { LastAnswer } from './timeline.ts';

/** An answer without its telemetry; it is parsed only where it differs from the one before. */
export interface GivenAnswer {
  readonly text: Buffer;
  readonly sha256: string;
  /** The number of endpoints in it, broken ones included. */
  readonly size: number;
  /** @throws RejectedError where it is no answer about the model */
  readonly read: () => EndpointList;
}

/** What was learned of one model: its answer, that it has no endpoints, or that it is no longer listed. */
export interface ModelAnswer {
  readonly model: string;
  readonly observedAt: string;
  readonly answer: GivenAnswer | 'none' | 'unlisted';
}

/** A broken endpoint; it keeps its last state. */
export interface SetAside {
  readonly model: string;
  readonly reason: string;
}

/** Gathers what was learned of models until it is recorded. */
export class PendingAnswers {
  readonly setAside: SetAside[] = [];
  readonly #known: ReadonlyMap<string, LastAnswer>;
  readonly #pending: ModelAnswer[] = [];
  /** Models that had endpoints and are said to have none now: whether to believe that is decided at the end. */
  readonly #emptied: ModelAnswer[] = [];
  #news = 0;

  /** @param known each model's answer before */
  constructor(known: ReadonlyMap<string, LastAnswer>) {
    this.#known = known;
  }

  /**
   * @param body null: the model has no endpoints
   * @returns the number of endpoints in the answer
   * @throws RejectedError where it is no answer about the model
   */
  take(model: string, observedAt: string, body: Buffer | null): number {
    const answer = body === null ? 'none' : this.#read(model, body);
    const size = answer === 'none' ? 0 : answer.size;
    const known = this.#known.get(model);
    if (answer === 'none' ? known?.kind !== 'none' : known?.sha256 !== answer.sha256) this.#news += 1;
    (size === 0 && known?.kind === 'endpoints' ? this.#emptied : this.#pending).push({ model, observedAt, answer });
    return size;
  }

  /** Takes note of models that are no longer listed, and therefore were not asked about. */
  takeUnlisted(models: readonly string[], observedAt: string): void {
    for (const model of models) this.#pending.push({ model, observedAt, answer: 'unlisted' });
  }

  /** At the end of a sweep. */
  judgeEmptied(tally: SweepTally): void {
    const emptied = this.#emptied.splice(0);
    if (tally.believesEmptied(emptied.map(({ model }) => model))) this.#pending.push(...emptied);
  }

  /** The number of answers that differ from the ones before; others take next to no time to record. */
  get news(): number {
    return this.#news;
  }

  /** Takes out what is to be recorded now. */
  handOver(): ModelAnswer[] {
    this.#news = 0;
    return this.#pending.splice(0);
  }

  #read(model: string, body: Buffer): GivenAnswer {
    const stripped = stripAnswer(body);
    const { bytes: text, telemetry } = stripped;
    const sha256 = hashOf(text);
    let list: EndpointList | undefined;
    const read = (): EndpointList => (list ??= readStripped(stripped, model));
    // The same answer was read before.
    const broken = this.#known.get(model)?.sha256 === sha256 ? [] : read().broken;
    for (const { label, issues } of broken) {
      const reason = `${label?.provider ?? 'an endpoint'}: ${issues[0]?.path ?? ''}: ${issues[0]?.reason ?? ''}`;
      this.setAside.push({ model, reason });
    }
    return { text, sha256, size: telemetry.length, read };
  }
}
