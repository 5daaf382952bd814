import { type EndpointList, readStripped, stripAnswer } from '../../core/endpoints/answer.ts';
import type { SweepTally } from '../../core/endpoints/tally.ts';
import { hashOf } from '../archive/hash.ts';
import type { LastSaid } from './timeline.ts';

/** An answer without its telemetry, read only where it is another than before. */
export interface GivenAnswer {
  readonly text: Buffer;
  readonly sha256: string;
  /** Endpoints in it, believable or not. */
  readonly size: number;
  /** @throws RejectedError where nothing of it may be believed */
  readonly read: () => EndpointList;
}

/** What was learned of one model: its answer, that it has no endpoints now, or that it is listed no more. */
export interface ModelAnswer {
  readonly model: string;
  readonly observedAt: string;
  readonly answer: GivenAnswer | 'none' | 'unlisted';
}

/** An endpoint that could not be believed; it keeps its last state. */
export interface SetAside {
  readonly model: string;
  readonly reason: string;
}

/** What was learned of models and is not recorded yet. */
export class Gathered {
  readonly setAside: SetAside[] = [];
  readonly #known: ReadonlyMap<string, LastSaid>;
  readonly #pending: ModelAnswer[] = [];
  /** Models that served something and are said to have no endpoints now: believed together, at the end. */
  readonly #emptied: ModelAnswer[] = [];
  #news = 0;

  /** @param known each model's answer before */
  constructor(known: ReadonlyMap<string, LastSaid>) {
    this.#known = known;
  }

  /**
   * @param body null: the model has no endpoints now
   * @returns how many endpoints the answer names
   * @throws RejectedError where nothing of it may be believed
   */
  take(model: string, observedAt: string, body: Buffer | null): number {
    const answer = body === null ? 'none' : this.#read(model, body);
    const size = answer === 'none' ? 0 : answer.size;
    const known = this.#known.get(model);
    if (answer === 'none' ? known?.kind !== 'none' : known?.sha256 !== answer.sha256) this.#news += 1;
    (size === 0 && known?.kind === 'endpoints' ? this.#emptied : this.#pending).push({ model, observedAt, answer });
    return size;
  }

  /** Models that are on the list no more: they were not asked, and that is an answer too. */
  takeUnlisted(models: readonly string[], observedAt: string): void {
    for (const model of models) this.#pending.push({ model, observedAt, answer: 'unlisted' });
  }

  /** At the end of a sweep. */
  judgeEmptied(tally: SweepTally): void {
    const emptied = this.#emptied.splice(0);
    if (tally.believesEmptied(emptied.map(({ model }) => model))) this.#pending.push(...emptied);
  }

  /** Answers that are not the same as before: what is costs next to nothing to record. */
  get news(): number {
    return this.#news;
  }

  /** What is to be recorded now; nothing of it is left here. */
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
    // What was believed before needs no second look.
    const broken = this.#known.get(model)?.sha256 === sha256 ? [] : read().broken;
    for (const { label, issues } of broken) {
      const reason = `${label?.provider ?? 'an endpoint'}: ${issues[0]?.path ?? ''}: ${issues[0]?.reason ?? ''}`;
      this.setAside.push({ model, reason });
    }
    return { text, sha256, size: telemetry.length, read };
  }
}
