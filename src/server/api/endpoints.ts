import { ParameterError } from '../../core/query/parameters.ts';
import type { Answer } from '../http/answer.ts';
import type { Asked } from '../http/asked.ts';
import { NotFound } from '../http/errors.ts';
import type { View } from '../source/ledgerSource.ts';
import { listAt } from './listAt.ts';
import { notListed } from './model.ts';

/**
 * What the ledger knows of who serves a model. Nothing is recorded of it yet: everything that asks for it comes here.
 */

/** `GET /models/{author}/{slug}/endpoints`. */
export function endpoints(asked: Asked, view: View, id: string): Answer {
  if (!listAt(asked, view).byId.has(id)) throw new NotFound(notListed(view, id));
  throw new NotFound(`No endpoints of "${id}" were recorded: this ledger keeps the list of models only.`);
}

/** The ids that one of these providers serves. */
export function providersFilter(_view: View, _providers: readonly string[], _at: string | null): ReadonlySet<string> {
  throw new ParameterError(
    'providers',
    'providers: the ledger has recorded no endpoints, so nobody can say who serves a model',
  );
}
