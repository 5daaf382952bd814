import { eq } from 'drizzle-orm';
import { byInstant, getOrMake } from '../../core/collections.ts';
import type { EndpointList } from '../../core/endpoints/answer.ts';
import { hashOf } from '../archive/hash.ts';
import type { Ledger } from '../store/open.ts';
import type { Steps } from '../store/steps.ts';
import { addModel, changeAnswerTimes, modelNumbers } from './answerTimes.ts';
import { prepareReplay } from './replay.ts';
import { endpointTexts } from './schema/sweeps.ts';
import { settleEvents } from './settle.ts';
import { countAnswer, importedSweep } from './sweeps.ts';
import { EndpointTexts } from './texts.ts';
import {
  allSweeps,
  type DatedAnswer,
  lastText,
  putAnswers,
  type StoredAnswer,
  type SweepInTime,
  timelineOf,
} from './timeline.ts';

/** The answers of one instant, from a saved file. */
export interface SavedAnswers {
  readonly observedAt: string;
  /** As `endpoint_sweeps.source` keeps it. */
  readonly source: string;
  readonly isWhole: boolean;
  readonly answers: readonly EndpointList[];
}

export interface ImportCounts {
  sweeps: number;
  answers: number;
  /** Answers that the ledger has already. */
  known: number;
  /** Answers of an instant at which the ledger has another one: left out. */
  conflicts: number;
}

/** A model's answers: those in the ledger, and those to be inserted. */
interface ModelPast {
  readonly number: number;
  before: readonly DatedAnswer[];
  readonly added: DatedAnswer[];
  /** An answer has taken the place of one of those before. */
  isRevised: boolean;
}

/**
 * Records saved answers, wherever in time they belong, in the open transaction; {@link finish} has to be called at the
 * end. Models are independent of each other, so that only those with new answers are replayed.
 */
export class EndpointImport {
  readonly counts: ImportCounts = { sweeps: 0, answers: 0, known: 0, conflicts: 0 };
  readonly #ledger: Ledger;
  readonly #texts: EndpointTexts;
  readonly #numbers: Map<string, number>;
  readonly #sweeps;
  readonly #gathered = new Map<string, ModelPast>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#texts = new EndpointTexts(ledger);
    this.#numbers = modelNumbers(ledger);
    this.#sweeps = allSweeps(ledger);
  }

  add({ observedAt, source, isWhole, answers }: SavedAnswers): void {
    const { id: sweepId, isNew } = importedSweep(this.#ledger, observedAt, source, isWhole);
    if (isNew) this.counts.sweeps += 1;
    for (const answer of answers) {
      const gathered = this.#gather(answer.model);
      const there = [...gathered.before, ...gathered.added].find((other) => other.observedAt === observedAt);
      // That it was not served was concluded from another file of this instant.
      if (there?.kind === 'unlisted' && there.sweepId === sweepId) {
        gathered.before = gathered.before.filter((other) => other !== there);
        gathered.isRevised = true;
      } else if (there !== undefined) {
        this.counts[this.#isSame(there, answer) ? 'known' : 'conflicts'] += 1;
        continue;
      }
      gathered.added.push({ ...this.#keep(answer), sweepId, observedAt });
      this.counts.answers += 1;
      countAnswer(this.#ledger, sweepId, sizeOf(answer));
    }
  }

  /** Writes what was added. */
  *finish(): Steps<void> {
    const whole = allSweeps(this.#ledger).filter(({ isWhole }) => isWhole);
    if (whole.length > 0) for (const model of this.#numbers.keys()) this.#gather(model);
    const { append, rebuild } = prepareReplay(this.#ledger);
    for (const [model, past] of this.#gathered) {
      const added = [...past.added, ...unlistedIn(whole, past)].sort(byInstant);
      if (added.length === 0) continue;
      const timeline = [...past.before, ...added].sort(byInstant);
      this.#write(model, past.number, timeline, added);
      const last = past.before.at(-1);
      const isNewer = last !== undefined && added.every(({ observedAt }) => observedAt > last.observedAt);
      if (isNewer && !past.isRevised) append(model, added, last);
      else rebuild(model, timeline);
      yield;
    }
    settleEvents(this.#ledger);
  }

  /** Writes which answer the model gave from which sweep on, and when it answered in the new sweeps. */
  #write(modelId: string, number: number, timeline: readonly DatedAnswer[], added: readonly DatedAnswer[]): void {
    putAnswers(this.#ledger, modelId, timeline);
    for (const { sweepId, observedAt } of added) {
      changeAnswerTimes(this.#ledger, sweepId, (answers) => answers.set(number, observedAt));
    }
  }

  #gather(model: string): ModelPast {
    return getOrMake(this.#gathered, model, () => {
      const number = getOrMake(this.#numbers, model, () => addModel(this.#ledger, model));
      return { number, before: timelineOf(this.#ledger, model, number, this.#sweeps), added: [], isRevised: false };
    });
  }

  #keep(answer: EndpointList): StoredAnswer {
    const { model, text } = answer;
    if (sizeOf(answer) === 0) return { kind: 'none', textId: null };
    const newest = this.#gathered.get(model)?.added.findLast(({ textId }) => textId !== null)?.textId;
    return { kind: 'endpoints', textId: this.#texts.put(text, newest ?? lastText(this.#ledger, model)) };
  }

  #isSame({ kind, textId }: StoredAnswer, answer: EndpointList): boolean {
    if (textId === null) return kind === 'none' && sizeOf(answer) === 0;
    const { sha256 } = endpointTexts;
    const row = this.#ledger.orm.select({ sha256 }).from(endpointTexts).where(eq(endpointTexts.id, textId)).get();
    return row?.sha256 === hashOf(answer.text);
  }
}

function sizeOf({ endpoints, broken }: EndpointList): number {
  return endpoints.length + broken.length;
}

/** The sweeps about all models that lack this one, although it was known before: it was not served then. */
function unlistedIn(whole: readonly SweepInTime[], { before, added }: ModelPast): DatedAnswer[] {
  const all = [...before, ...added].sort(byInstant);
  const first = all[0]?.observedAt ?? '';
  const answered = new Set(all.map(({ observedAt }) => observedAt));
  const lacking = whole.filter(({ startedAt }) => startedAt > first && !answered.has(startedAt));
  const none = { kind: 'unlisted', textId: null } as const;
  return lacking.map(({ id, startedAt }) => ({ ...none, sweepId: id, observedAt: startedAt }));
}
