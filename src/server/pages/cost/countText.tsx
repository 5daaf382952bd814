import { basename } from 'node:path';
import { UsageError } from '../../../core/errors.ts';
import { csv } from '../../../core/format/csv.ts';
import { TEXT_KEYS, textRecord } from '../../../core/tokens/textBill.ts';
import type { TokenCount } from '../../../core/tokens/tokenCount.ts';
import { type CountedModel, type CountingTools, TextCounter } from '../../../tokenizers/count.ts';
import { loadVocabulary } from '../../../tokenizers/vocabulary.ts';
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import { RequestError } from '../../http/errors.ts';
import { LedgerRequest } from '../../http/ledgerRequest.ts';
import { readForm } from '../../http/postedForm.ts';
import type { Site } from '../../site.ts';
import type { LedgerSource } from '../../source/ledgerSource.ts';
import { csvAnswer, pageAnswer } from '../answers.ts';
import { CostOfText } from './cost.tsx';
import { billTexts, COST_FIELDS, type CostResult, costForm, readCostQuestion } from './costData.ts';
import { type PostedText, queryOf, readPostedText } from './postedText.ts';

/** The paths that texts are posted to. */
export const COUNTING = ['/cost', '/cost.json', '/cost.csv'];
/** The limit for a posted form. Larger texts can be counted on the command line. */
const MOST_BYTES = 1 << 20;
/** With more requests at a time, all of them would only become slower. */
const MOST_AT_ONCE = 4;

export interface CountTextOptions {
  readonly site: Site;
  readonly source: LedgerSource;
  readonly now: () => Date;
  /** Makes the tokenizers for one request. */
  readonly tools: (signal: AbortSignal) => CountingTools;
}

/** Answers what a text costs. The text is neither kept nor logged. */
export class CountTexts {
  readonly #options: CountTextOptions;
  #running = 0;

  constructor(options: CountTextOptions) {
    this.#options = options;
  }

  /**
   * @param path one of {@link COUNTING}
   * @throws RequestError when the request is too large or not a form, or while too many others are being counted
   */
  async answer(path: string, request: Request): Promise<Answer> {
    const form = await readForm(request, MOST_BYTES);
    if (this.#running >= MOST_AT_ONCE)
      throw new RequestError(503, 'Other texts are being counted; try again.', { headers: { 'retry-after': '5' } });
    this.#running += 1;
    try {
      const answer = await this.#count(path, form, request.signal);
      return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
    } finally {
      this.#running -= 1;
    }
  }

  async #count(path: string, form: FormData, signal: AbortSignal): Promise<Answer> {
    const { site, source, now } = this.#options;
    const query = queryOf(form, COST_FIELDS);
    const request = new LedgerRequest(`/cost?${query}`, now, { dropEmpty: true });
    const empty = source.ask((view) => costForm({ request, view, site }));
    let text: PostedText | undefined;
    try {
      text = await readPostedText(form);
      const result = await this.#result(request, text, signal);
      if (path === '/cost') return pageAnswer(<CostOfText page={{ ...empty, typed: text.typed, result }} />, null);
      const records = result.bills.map((bill) => textRecord(bill, 1, result.at));
      if (path === '/cost.json') return jsonAnswer({ data: records });
      return csvAnswer('cost', csv([TEXT_KEYS, ...records.map((record) => TEXT_KEYS.map((key) => record[key]))]));
    } catch (error) {
      // The page shows what was mistyped beside its form, where it can be corrected.
      if (!(error instanceof UsageError) || path !== '/cost') throw error;
      const problem = error.advice;
      return {
        ...pageAnswer(<CostOfText page={{ ...empty, typed: text?.typed ?? '', problem }} />, null),
        status: 400,
      };
    }
  }

  async #result(request: LedgerRequest, { texts, file }: PostedText, signal: AbortSignal): Promise<CostResult> {
    const { site, source } = this.#options;
    const question = source.ask((view) => readCostQuestion({ request, view, site }));
    const { counts, characters } = await this.#counts(question.models, texts, signal);
    const bills = source.ask((view) => billTexts({ request, view, site }, question, counts));
    const costing = question.isNamed ? bills : bills.filter(({ high }) => high === null || !/^0(?:\.0*)?$/.test(high));
    return {
      bills: costing,
      name: file ?? 'The text',
      characters,
      free: bills.length - costing.length,
      hasVocabulary: (await loadVocabulary('o200k')) !== undefined,
      times: question.times,
      at: request.asOf(),
    };
  }

  async #counts(models: readonly CountedModel[], texts: readonly string[], signal: AbortSignal) {
    try {
      const counter = new TextCounter(texts, this.#options.tools(signal));
      const counts = new Map<CountedModel, TokenCount>();
      for (const model of models) counts.set(model, withoutPath(await counter.count(model)));
      return { counts, characters: counter.characters };
    } catch (cause) {
      // Something is wrong with a tokenizer of the owner's, which is not the fault of the sender.
      if (cause instanceof UsageError) throw new Error(`Texts cannot be counted: ${cause.message}`, { cause });
      throw cause;
    }
  }
}

/** Hides the folder of a tokenizer, which is only for the owner. */
function withoutPath(count: TokenCount): TokenCount {
  return count.method === 'exact, with your file' ? { ...count, basis: basename(count.basis) } : count;
}
