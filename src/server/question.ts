import { minuteWords } from '../core/time/when.ts';
import { coverageOf } from '../ledger/queries/coverage.ts';
import { RequestError } from './http/errors.ts';
import type { LedgerRequest } from './http/ledgerRequest.ts';
import type { Site } from './site.ts';
import type { View } from './source/ledgerSource.ts';
import type { ServedList } from './source/lists.ts';

/** Everything that an answer is made from: the request, the current state of the ledger, and the site. */
export interface Question {
  readonly request: LedgerRequest;
  readonly view: View;
  readonly site: Site;
}

/**
 * The list that was in force at the instant that the request asks about.
 * @throws RequestError if that is before the first list
 */
export function listAt({ request, view: { ledger, lists } }: Question): ServedList {
  const at = request.asOf();
  const list = lists.at(at);
  if (list !== undefined) return list;
  const coverage = coverageOf(ledger);
  if (coverage === null)
    throw new RequestError(404, 'The ledger holds no list yet: model-ledger sync records the first.');
  const [then, first] = [at ?? '', coverage.first].map((instant) => minuteWords(instant, 'utc'));
  throw new RequestError(404, `Nothing was recorded by ${then}: the first list is of ${first}.`);
}
