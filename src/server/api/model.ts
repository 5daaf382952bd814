import { readModelParameters } from '../../core/query/modelParameters.ts';
import { minuteWords } from '../../core/time/when.ts';
import { findModel } from '../../ledger/queries/model.ts';
import { nearIds } from '../../ledger/queries/resolveModel.ts';
import type { Answer } from '../http/answer.ts';
import type { Asked } from '../http/asked.ts';
import { NotFound, UnknownModel } from '../http/errors.ts';
import type { View } from '../source/ledgerSource.ts';
import { completedHeader, listAt } from './listAt.ts';

/** `GET /model/{author}/{slug}`: one listed model. */
export function model(asked: Asked, view: View, id: string): Answer {
  const flag = asked.parameters.get('as_recorded');
  const { as_recorded: isRecorded } = readModelParameters(new Map(flag === undefined ? [] : [['as_recorded', flag]]));
  const list = listAt(asked, view);
  const found = list.byId.get(id);
  if (found === undefined) throw notListed(view, id);
  const { recorded, completed } = found;
  return {
    type: 'application/json',
    body: `{"data":${isRecorded ? recorded : completed.text}}`,
    headers: isRecorded ? {} : completedHeader(completed.keys),
    observedAt: list.run.observedAt,
  };
}

/** Why there is no such model: it never was, it is gone, or it was not there at that instant. */
export function notListed({ ledger }: View, id: string): NotFound {
  const facts = findModel(ledger, id, null);
  if (facts === undefined) return new UnknownModel(`No model "${id}" was ever listed.`, nearIds(ledger, id));
  const { firstSeenAt, removedAt } = facts;
  const until = removedAt === null ? 'and is listed now' : `and was removed by ${minuteWords(removedAt, 'utc')}`;
  return new NotFound(`"${id}" was not listed then; it was first seen ${minuteWords(firstSeenAt, 'utc')} ${until}.`);
}
