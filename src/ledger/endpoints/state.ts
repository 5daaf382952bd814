import { desc, eq, sql } from 'drizzle-orm';
import { type Endpoint, isBroken, type Label, labelKey, readEndpoint } from '../../core/endpoints/endpoint.ts';
import type { Known } from '../../core/endpoints/match.ts';
import { parseJson } from '../../core/reading/json.ts';
import type { Ledger } from '../store/open.ts';
import { endpoints } from './schema/endpoints.ts';

/** A row of `endpoints` with what it says. */
export interface State extends Known {
  readonly id: number;
  readonly twin: number;
  readonly endpoint: Endpoint;
  readonly presence: Known['presence'];
  readonly lastSeenAt: string | null;
  readonly missingSince: string | null;
  readonly continues: number | null;
}

/** Every endpoint that a model ever had; of equals the first is preferred: those that are there, then those that left last. */
export function readStates({ orm }: Ledger, model: string): State[] {
  const rows = orm
    .select()
    .from(endpoints)
    .where(eq(endpoints.modelId, model))
    .orderBy(sql`${endpoints.removedAt} IS NOT NULL`, desc(endpoints.removedAt), endpoints.twin, endpoints.id)
    .all();
  return rows.map(({ id, twin, lastSeenAt, missingSince, removedAt, continues, document }) => ({
    ...{ id, twin, lastSeenAt, missingSince, continues, endpoint: recall(document) },
    presence: removedAt !== null ? 'removed' : missingSince !== null ? 'missing' : 'listed',
  }));
}

/** The first ordinal that is free among those that bear a label. */
export function freeTwin(states: readonly State[], label: Label): number {
  const key = labelKey(label);
  const taken = new Set(states.filter((one) => labelKey(one.endpoint.label) === key).map(({ twin }) => twin));
  let twin = 0;
  while (taken.has(twin)) twin += 1;
  return twin;
}

/** The order of {@link readStates}. */
export function byPreference(a: State, b: State): number {
  const gone = (state: State): string => (state.presence === 'removed' ? (state.missingSince ?? '') : '');
  if ((gone(a) === '') !== (gone(b) === '')) return gone(a) === '' ? -1 : 1;
  if (gone(a) !== gone(b)) return gone(a) > gone(b) ? -1 : 1;
  return a.twin - b.twin || a.id - b.id;
}

function recall(document: string): Endpoint {
  const read = readEndpoint(parseJson(document), 0);
  if (isBroken(read)) throw new TypeError('a stored endpoint cannot be read');
  return read;
}
