import { authorOf } from '../../../core/query/filter.ts';
import { readModelParameters } from '../../../core/query/modelParameters.ts';
import { ParameterError } from '../../../core/query/parameters.ts';
import { changedAtOf } from '../../../ledger/queries/served/ages.ts';
import { listAt } from '../../api/listAt.ts';
import { queryOf, selectFrom } from '../../api/models.ts';
import type { Asked } from '../../http/asked.ts';
import type { Site } from '../../site.ts';
import type { View } from '../../source/ledgerSource.ts';
import type { ServedList, ServedModel } from '../../source/lists.ts';
import { type Frame, frameOf } from '../layout.tsx';

/** What the list page shows. */
export interface ListPage {
  readonly frame: Frame;
  readonly shown: readonly ServedModel[];
  readonly total: number;
  /** The parameters as they were given, empty ones left out. */
  readonly query: URLSearchParams;
  readonly authors: readonly string[];
  readonly abilities: readonly string[];
  readonly changedAt: (id: string) => string | null;
  /** What is wrong with what was typed. */
  readonly problem: string | null;
}

/** What the list page shows: the filters of the API, on the same list. */
export function listData(asked: Asked, view: View, site: Site): ListPage {
  const list = listAt(asked, view);
  const [shown, problem] = tryToSelect(asked, view, list);
  return {
    frame: frameOf(asked, site, { title: 'Models', path: '/', observedAt: list.run.observedAt }),
    ...{ shown, problem, total: list.models.length, query: asked.query() },
    authors: [...new Set(list.models.map(({ id }) => authorOf(id)))].sort(),
    abilities: [...new Set(list.models.flatMap(({ facets }) => facets.parameters))].sort(),
    changedAt: changedAtOf(view.ledger, asked.asOf()),
  };
}

/** What was mistyped is told beside the form, where it can be mended. */
function tryToSelect(asked: Asked, view: View, list: ServedList): [readonly ServedModel[], string | null] {
  try {
    const query = queryOf(asked, view, readModelParameters(asked.parameters));
    const found = selectFrom(list, query, asked, view);
    const { offset, limit } = query.page ?? { offset: 0, limit: found.length };
    return [found.slice(offset, offset + limit), null];
  } catch (error) {
    if (error instanceof ParameterError) return [[], error.message];
    throw error;
  }
}
