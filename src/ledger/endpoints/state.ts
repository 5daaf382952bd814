import { eq } from 'drizzle-orm';
import { compareText } from '../../core/collections.ts';
import type { KnownEndpoint } from '../../core/endpoints/cheapestPairs.ts';
import { type Endpoint, isBroken, type Label, labelKey, readEndpoint } from '../../core/endpoints/endpoint.ts';
import { parseJson } from '../../core/reading/json.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import type { Ledger } from '../store/open.ts';
import { endpoints } from './schema/endpoints.ts';

/** A row of `endpoints`. */
export interface EndpointState extends KnownEndpoint {
  readonly id: number;
  readonly twin: number;
  readonly endpoint: Endpoint;
  readonly presence: KnownEndpoint['presence'];
  readonly lastSeenAt: string | null;
  readonly missingSince: string | null;
  readonly continues: number | null;
}

/** Every endpoint that a model ever had, sorted by {@link byPreference}. */
export function readStates({ orm }: Ledger, model: string): EndpointState[] {
  const rows = orm.select().from(endpoints).where(eq(endpoints.modelId, model)).all();
  const states = rows.map(
    ({ id, twin, lastSeenAt, missingSince, removedAt, continues, document }): EndpointState => ({
      id,
      twin,
      lastSeenAt,
      missingSince,
      continues,
      endpoint: recall(document),
      presence: removedAt !== null ? 'removed' : missingSince !== null ? 'missing' : 'listed',
    }),
  );
  return states.sort(byPreference);
}

/** The first free ordinal among endpoints with the same label. */
export function freeTwin(states: readonly EndpointState[], label: Label): number {
  const key = labelKey(label);
  const taken = new Set(states.filter((one) => labelKey(one.endpoint.label) === key).map(({ twin }) => twin));
  let twin = 0;
  while (taken.has(twin)) twin += 1;
  return twin;
}

/** Sorts those that are served first, then those that were removed last: of equal ones the first is matched. */
export function byPreference(a: EndpointState, b: EndpointState): number {
  const since = ({ presence, missingSince }: EndpointState): string =>
    presence === 'removed' ? (missingSince ?? '') : END_OF_TIME;
  return compareText(since(b), since(a)) || a.twin - b.twin || a.id - b.id;
}

function recall(document: string): Endpoint {
  const read = readEndpoint(parseJson(document), 0);
  if (isBroken(read)) throw new TypeError('a stored endpoint cannot be read');
  return read;
}
