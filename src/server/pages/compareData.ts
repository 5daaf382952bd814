import { UsageError } from '../../core/errors.ts';
import { findModel, preparePriceHistory } from '../../ledger/queries/model.ts';
import { resolveModel } from '../../ledger/queries/resolveModel.ts';
import { listAt, type Question } from '../question.ts';
import type { View } from '../source/ledgerSource.ts';
import { frameOf } from './layout.tsx';

/** More models do not fit side by side. */
export const MOST = 4;

export type ComparePage = ReturnType<typeof compareData>;

/** The named models, the names of which nothing is known, and the time for which prices are drawn. */
export function compareData(question: Question) {
  const { request, view } = question;
  const list = listAt(question);
  const at = request.asOf();
  const names = (request.parameters.get('model') ?? []).flatMap((ids) => ids.split(',')).map((id) => id.trim());
  const wanted = [...new Set(names.filter((name) => name !== '').map((name) => idOf(view, name)))].slice(0, MOST);
  const historyOf = preparePriceHistory(view.ledger);
  const known = wanted.filter((id) => list.byId.has(id) || findModel(view.ledger, id, null) !== undefined);
  const models = known.map((id) => ({
    id,
    served: list.byId.get(id),
    history: historyOf(id).filter(({ validFrom }) => at === null || validFrom <= at),
  }));
  const starts = models.flatMap(({ history }) => history.slice(0, 1).map(({ validFrom }) => Date.parse(validFrom)));
  const to = Date.parse(list.run.observedAt);
  return {
    frame: frameOf(question, '/compare', list.run.observedAt),
    models,
    unknown: wanted.filter((id) => !known.includes(id)),
    ids: list.models.map(({ id }) => id),
    from: Math.min(to, ...starts),
    to,
  };
}

/** The id that a person means by a name. An unknown or ambiguous name stays as it is; the page then reports it. */
function idOf({ ledger }: View, name: string): string {
  try {
    return resolveModel(ledger, name, 'utc');
  } catch (error) {
    if (error instanceof UsageError) return name;
    throw error;
  }
}
