import { authorOf } from '../../../core/query/filter.ts';
import { readModelParameters } from '../../../core/query/modelParameters.ts';
import { changedAtOf } from '../../../ledger/queries/served/ages.ts';
import { selectModels } from '../../api/models.ts';
import { listAt, type Question } from '../../question.ts';
import { orProblem } from '../form.tsx';
import { frameOf } from '../layout.tsx';

export type ListPage = ReturnType<typeof listData>;

/** The list with the same filters as in the API. */
export function listData(question: Question) {
  const { request, view } = question;
  const list = listAt(question);
  const [shown, problem] = orProblem(
    () => selectModels(question, list, readModelParameters(request.parameters)).shown,
    [],
  );
  return {
    frame: frameOf(question, '/', list.run.observedAt),
    shown,
    problem,
    total: list.models.length,
    query: request.query(),
    authors: [...new Set(list.models.map(({ id }) => authorOf(id)))].sort(),
    abilities: [...new Set(list.models.flatMap(({ facets }) => facets.parameters))].sort(),
    changedAt: changedAtOf(view.ledger, request.asOf()),
  };
}
