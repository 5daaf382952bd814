import { readModelParameters } from '../../core/query/modelParameters.ts';
import { minuteWords } from '../../core/time/when.ts';
import { findModel } from '../../ledger/queries/model.ts';
import { nearIds } from '../../ledger/queries/resolveModel.ts';
import type { Answer } from '../http/answer.ts';
import { RequestError } from '../http/errors.ts';
import { listAt, type Question } from '../question.ts';
import type { View } from '../source/ledgerSource.ts';

/** `GET /model/{author}/{slug}`: one listed model. */
export function model(question: Question, id: string): Answer {
  const { as_recorded: isRecorded } = readModelParameters(question.request.only('as_recorded'));
  const list = listAt(question);
  const found = list.byId.get(id);
  if (found === undefined) throw notListed(question.view, id);
  const { recorded, completed } = found;
  return {
    type: 'application/json',
    body: `{"data":${isRecorded ? recorded : completed.text}}`,
    headers: isRecorded ? {} : completedHeader(completed.keys),
    observedAt: list.run.observedAt,
  };
}

/** A header that names the keys which were added because upstream did not send them. */
export function completedHeader(keys: readonly string[]): Record<string, string> {
  const names = [...new Set(keys)];
  return names.length === 0 ? {} : { 'x-ledger-completed': names.join(', ') };
}

/** Says why there is no such model: it never existed, it was removed, or it was not listed at that instant. */
export function notListed({ ledger }: View, id: string): RequestError {
  const facts = findModel(ledger, id, null);
  if (facts === undefined)
    return new RequestError(404, `No model "${id}" was ever listed.`, { near: nearIds(ledger, id) });
  const first = minuteWords(facts.firstSeenAt, 'utc');
  const until = facts.removedAt === null ? 'is listed now' : `was removed by ${minuteWords(facts.removedAt, 'utc')}`;
  return new RequestError(404, `"${id}" was not listed then; it was first seen ${first} and ${until}.`);
}
