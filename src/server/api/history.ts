import { snakeCase } from '../../core/pricing/usageNames.ts';
import { findModel, type LimitsPeriod, limitsHistory, preparePriceHistory } from '../../ledger/queries/model.ts';
import { type Answer, jsonAnswer } from '../http/answer.ts';
import { listAt, type Question } from '../question.ts';
import { notListed } from './model.ts';

type Validity = Pick<LimitsPeriod, 'validFrom' | 'validTo'>;

/** `GET /model/{author}/{slug}/history`: every price and limit that it had, with their half-open intervals. */
export function history(question: Question, id: string): Answer {
  const { ledger } = question.view;
  const at = question.request.asOf();
  const list = listAt(question);
  const facts = findModel(ledger, id, null);
  if (facts === undefined || (at !== null && facts.firstSeenAt > at)) throw notListed(question.view, id);
  const known = (periods: readonly Validity[]): object[] =>
    periods
      .filter(({ validFrom }) => at === null || validFrom <= at)
      .map((period) =>
        at !== null && period.validTo !== null && period.validTo > at ? { ...period, validTo: null } : period,
      )
      .map(toJson);
  const [prices, limits] = [known(preparePriceHistory(ledger)(id)), known(limitsHistory(ledger, id))];
  return jsonAnswer({ data: { id, prices, limits } }, list.run.observedAt);
}

/** With the names of the columns in the tables. */
function toJson(period: Validity): object {
  return Object.fromEntries(Object.entries(period).map(([key, value]) => [snakeCase(key), value]));
}
