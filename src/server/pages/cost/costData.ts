import { UsageError } from '../../../core/errors.ts';
import { PROBLEM_WORDS } from '../../../core/format/billWords.ts';
import { isGlob, modelGlob } from '../../../core/format/glob.ts';
import { bill } from '../../../core/pricing/bill.ts';
import { applyOrder, readOrder } from '../../../core/pricing/precedence.ts';
import { requireQuantity } from '../../../core/pricing/quantity.ts';
import { billCounts, sortTextBills, type TextBill } from '../../../core/tokens/textBill.ts';
import type { TokenCount } from '../../../core/tokens/tokenCount.ts';
import { pricesAt } from '../../../ledger/queries/listing.ts';
import { countedModels } from '../../../ledger/queries/model.ts';
import { resolveModel } from '../../../ledger/queries/resolveModel.ts';
import type { CountedModel } from '../../../tokenizers/count.ts';
import type { LedgerRequest } from '../../http/ledgerRequest.ts';
import { listAt, type Question } from '../../question.ts';
import type { View } from '../../source/ledgerSource.ts';
import type { ServedList, ServedModel } from '../../source/lists.ts';
import { type Frame, frameOf } from '../layout.tsx';

/** The fields of the form besides its text. */
export const COST_FIELDS = ['model', 'completion_tokens', 'times', 'as_of'] as const;

export interface CostPage {
  readonly frame: Frame;
  /** This field and the next three have what was typed into the form. */
  readonly models: string;
  readonly completionTokens: string;
  readonly times: string;
  readonly typed: string;
  /** The ids that the form suggests. */
  readonly ids: readonly string[];
  readonly problem: string | null;
  readonly result: CostResult | null;
}

export interface CostResult {
  readonly bills: readonly TextBill[];
  /** What was counted: the name of a file, or words for a typed text. */
  readonly name: string;
  readonly characters: number;
  /** How many free models were left out because nobody named them. */
  readonly free: number;
  /** Whether the tokens of GPT models could be counted exactly. */
  readonly hasVocabulary: boolean;
  readonly times: bigint;
  readonly at: string | null;
}

/** The page with its form filled from the address, before anything is counted. */
export function costForm(question: Question): CostPage {
  const { request } = question;
  const list = listAt(question);
  return {
    frame: frameOf(question, '/cost', list.run.observedAt),
    models: namesOf(request).join(', '),
    completionTokens: request.first('completion_tokens') ?? '',
    times: request.first('times') ?? '',
    typed: '',
    ids: list.models.map(({ id }) => id),
    problem: null,
    result: null,
  };
}

/** What a person asks: the named models (or all that answer with text), and the quantities besides the prompt. */
export type CostQuestion = ReturnType<typeof readCostQuestion>;

/** @throws UsageError for an unknown model, or a quantity that is not a number */
export function readCostQuestion(question: Question) {
  const { request, view } = question;
  const list = listAt(question);
  const names = namesOf(request);
  const ids = names.length === 0 ? textModels(list) : names.flatMap((name) => idsOf(name, list, view));
  return {
    models: countedModels(view.ledger, ids),
    isNamed: names.length > 0,
    completion: quantityOf(request, 'completion_tokens') ?? 0n,
    times: quantityOf(request, 'times') ?? 1n,
  };
}

/** Bills the counted tokens, the cheapest first. */
export function billTexts(
  question: Question,
  { completion, times }: CostQuestion,
  counts: ReadonlyMap<CountedModel, TokenCount>,
): TextBill[] {
  const { request, view } = question;
  const list = listAt(question);
  const clock = request.clock();
  const prices = new Map(pricesAt(view.ledger, request.asOf()).map((model) => [model.model, model.prices]));
  const bills = [...counts].map(([{ id, tokenizer }, count]): TextBill => {
    const listed = prices.get(id);
    const ordered = listed && applyOrder(listed, readOrder(list.byId.get(id)?.recorded ?? '{}'));
    const billed = billCounts([count], times, (prompt) => {
      if (ordered === undefined) return { total: null, problem: PROBLEM_WORDS.not_listed };
      const usage = new Map([['prompt', prompt] as const, ['completion', completion] as const]);
      return bill(ordered, usage, clock);
    });
    return { model: id, tokenizer, ...billed };
  });
  return sortTextBills(bills);
}

/** The names and patterns in the fields `model`, of which there may be several. */
function namesOf(request: LedgerRequest): string[] {
  const typed = request.parameters.get('model') ?? [];
  return [...new Set(typed.flatMap((names) => names.split(/[\s,]+/)).filter((name) => name !== ''))];
}

/** The models that answer with text, as far as upstream says. */
function textModels({ models }: ServedList): string[] {
  const answersText = ({ facets: { outputs } }: ServedModel): boolean =>
    outputs.length === 0 || outputs.includes('text');
  return models.filter(answersText).map(({ id }) => id);
}

function idsOf(name: string, { models }: ServedList, { ledger }: View): string[] {
  if (!isGlob(name)) return [resolveModel(ledger, name, 'utc')];
  const found = models.map(({ id }) => id).filter(modelGlob(name));
  if (found.length > 0) return found;
  throw new UsageError('unknown_model', `No model that fits "${name}" was listed then.`);
}

function quantityOf(request: LedgerRequest, name: string): bigint | undefined {
  const text = request.first(name);
  return text === undefined ? undefined : requireQuantity(name.replaceAll('_', ' '), text);
}
