import type { TokenCounter } from '../core/tokens/bytePairs.ts';
import { baseRange, estimate, type MeasuredPassage } from '../core/tokens/estimate.ts';
import { familyOf } from '../core/tokens/families.ts';
import { applyRatio, findRatio, type Learned } from '../core/tokens/learned.ts';
import { readPassages } from '../core/tokens/passages.ts';
import { MEASURED_ON } from '../core/tokens/ratios.ts';
import type { TokenCount } from '../core/tokens/tokenCount.ts';
import type { TokenizerFile } from './tokenizerFiles.ts';
import { loadVocabulary, type VocabularyName } from './vocabulary.ts';

/** How many passages are estimated between two pauses: about ten milliseconds of work. */
const PASSAGES_A_STEP = 20;

/** What of a model decides how it counts tokens. */
export interface CountedModel {
  readonly id: string;
  /** `architecture.tokenizer`. */
  readonly tokenizer: string | null;
  readonly aliasOf: string | null;
}

export interface CountingTools {
  /** The person's own tokenizers; the first whose pattern fits a model is used. */
  readonly files: readonly TokenizerFile[];
  readonly learned: Learned | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Counts texts for many models. Each vocabulary counts them only once, however many models share it. */
export class TextCounter {
  readonly #texts: readonly string[];
  readonly #tools: CountingTools;
  readonly #counts = new Map<string, Promise<number | undefined>>();
  #passages: Promise<readonly MeasuredPassage[]> | undefined;

  /** @param texts the texts of one request, which are counted one by one */
  constructor(texts: readonly string[], tools: CountingTools) {
    this.#texts = texts;
    this.#tools = tools;
  }

  get characters(): number {
    return this.#texts.reduce((sum, text) => sum + [...text].length, 0);
  }

  async count(model: CountedModel): Promise<TokenCount> {
    const { id, tokenizer, aliasOf } = model;
    const file = this.#tools.files.find(({ fits }) => fits(id));
    if (file !== undefined) {
      const tokens = await this.#once(file.path, async () => {
        const count = await file.load();
        return this.#texts.reduce((sum, text) => sum + count(text), 0);
      });
      return { method: 'exact, with your file', tokens: tokens ?? 0, basis: file.path };
    }
    const family = familyOf(id, tokenizer, aliasOf);
    if (family.kind === 'unknown') return { method: 'unknown', basis: family.why };
    if (family.kind === 'known') {
      const tokens = await this.#countBy(family.vocabulary);
      if (tokens !== undefined) return { method: 'exact', tokens, basis: `${family.vocabulary} vocabulary` };
    }
    const learned = await this.#learned(id, tokenizer);
    if (learned !== undefined) return learned;
    // A known vocabulary that is not installed can still be estimated.
    const like =
      family.kind === 'like'
        ? family
        : ({ kind: 'like', name: 'GPT', parts: [{ vocabulary: family.vocabulary, from: 1, to: 1 }] } as const);
    const passages = await this.#measure();
    return { method: 'estimate', ...estimate(like, passages), basis: `${like.name} family, measured ${MEASURED_ON}` };
  }

  async #learned(id: string, family: string | null): Promise<TokenCount | undefined> {
    const { learned } = this.#tools;
    if (learned === undefined) return undefined;
    const tokens = await this.#countBy('o200k');
    const ratio = findRatio(learned, id, family, tokens === undefined ? ['characters'] : ['o200k', 'characters']);
    if (ratio === undefined) return undefined;
    const size = ratio.base === 'o200k' ? (tokens ?? 0) : this.characters;
    const basis = `${ratio.requests} requests of ${ratio.for}, learned ${learned.learnedAt.slice(0, 10)}`;
    return { method: 'learned', ...applyRatio(ratio, size), basis };
  }

  #countBy(name: VocabularyName): Promise<number | undefined> {
    return this.#once(name, async () => {
      const counter = await loadVocabulary(name);
      if (counter === undefined) return undefined;
      return await this.#countAll(counter);
    });
  }

  /** Each passage with its o200k count, or a range for that count if the vocabulary is not installed. */
  #measure(): Promise<readonly MeasuredPassage[]> {
    this.#passages ??= (async () => {
      const counter = await loadVocabulary('o200k');
      const measured: MeasuredPassage[] = [];
      let passages = 0;
      for (const text of this.#texts) {
        for (const passage of readPassages(text)) {
          passages += 1;
          if (passages % PASSAGES_A_STEP === 0) await this.#breathe();
          const count = counter?.count(passage.text);
          const base = count === undefined ? baseRange(passage) : { low: count, high: count };
          measured.push({ kinds: passage.kinds, base });
        }
      }
      return measured;
    })();
    return this.#passages;
  }

  /** Counts with short pauses, so that signals are noticed and the progress bar moves. */
  async #countAll(counter: TokenCounter): Promise<number> {
    const total = this.#texts.reduce((sum, text) => sum + text.length, 0);
    let [sum, done] = [0, 0];
    for (const text of this.#texts) {
      const steps = counter.countInSteps(text);
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) await this.#pause(done + step.value, total);
      sum += step.value;
      done += text.length;
    }
    await this.#pause(done, total);
    return sum;
  }

  async #pause(done: number, total: number): Promise<void> {
    this.#tools.onProgress(done, total);
    await this.#breathe();
  }

  /** Gives other work a turn, and stops if the signal has come. */
  async #breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#tools.signal.throwIfAborted();
  }

  #once(key: string, work: () => Promise<number | undefined>): Promise<number | undefined> {
    const known = this.#counts.get(key) ?? work();
    this.#counts.set(key, known);
    return known;
  }
}
